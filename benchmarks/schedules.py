"""How fast schedules of 1,000 sessions are imported, written and loaded, in every dialect.

Seconds of CPU in one process, the best and the worst of several runs. ``again`` is the same file
once more into the event that it made: ids are matched and the difference is computed.
"""

import argparse
import io
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl import Workbook

from bot.domain import clock
from bot.domain.changes import diff
from bot.store.agenda_file import read_agenda
from bot.store.event_writer import write_agenda
from bot.store.schedules.reading import read_schedule

_FIRST = datetime(2025, 11, 4, 9)
_ROOMS = 25
_A_DAY = 10
_ABSTRACT = "<p>Satu alinea tentang isi acara ini, dengan <em>tekanan</em> di sini.</p>" * 6
Talk = tuple[datetime, int, str]


def main(argv: list[str] | None = None) -> int:
    """Prints a line a dialect."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args(argv)
    talks = list(_talks(args.sessions))
    files = {
        "schedule.json": _json(talks),
        "schedule.xml": _xml(talks),
        "schedule.ics": _ics(talks),
        "rundown.xlsx": _xlsx(talks),
    }
    print(f"{args.sessions} sessions     {'import s':>16} {'into a folder s':>16} {'again s':>16}")
    for name, content in files.items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / name
            file.write_bytes(content)
            print(f"{name:18} {_timed(file, args.sessions, args.repeat)}")
    return 0


def _timed(file: Path, sessions: int, repeat: int) -> str:
    def bring() -> None:
        assert len(read_schedule(file).agenda.sessions) == sessions

    def write() -> None:
        agenda = read_schedule(file).agenda
        folder = file.with_suffix("")
        now = clock.system_now()
        write_agenda(folder, agenda, comment="", heading=lambda n, day: f"{n} {day}", now=now)

    def again() -> None:
        old = read_agenda(file.with_suffix(""))
        assert not diff(old, read_schedule(file, existing=old).agenda)

    return " ".join(_seconds(work, repeat) for work in (bring, write, again))


def _seconds(work: Callable[[], None], repeat: int) -> str:
    took = []
    for _ in range(repeat):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return f"{min(took):7.2f} – {max(took):4.2f}".rjust(16)


def _talks(count: int) -> Iterator[Talk]:
    for number in range(count):
        slot, room = divmod(number, _ROOMS)
        day, at = divmod(slot, _A_DAY)
        yield _FIRST + timedelta(days=day, hours=at), number, f"Ruang {room + 1}"


def _json(talks: list[Talk]) -> bytes:
    days: dict[str, dict[str, list[object]]] = {}
    for start, number, room in talks:
        talk = {
            "id": number,
            "guid": f"00000000-0000-0000-0000-{number:012d}",
            "date": f"{start.isoformat()}+07:00",
            "start": f"{start:%H:%M}",
            "duration": "00:45",
            "title": f"Acara nomor {number}",
            "abstract": _ABSTRACT,
            "persons": [{"public_name": f"Pembicara {number % 300}"}],
            "links": [{"url": f"https://example.org/{number}", "title": "Salindia"}],
        }
        days.setdefault(f"{start:%Y-%m-%d}", {}).setdefault(room, []).append(talk)
    listed = [{"date": day, "rooms": rooms} for day, rooms in days.items()]
    conference = {"title": "Ukuran", "time_zone_name": "Asia/Jakarta", "days": listed}
    return json.dumps({"schedule": {"conference": conference}}).encode()


def _xml(talks: list[Talk]) -> bytes:
    parts = ["<schedule><conference><title>Ukuran</title>"]
    parts.append("<time_zone_name>Asia/Jakarta</time_zone_name></conference>")
    for start, number, room in talks:
        parts.append(
            f"<day date='{start:%Y-%m-%d}'><room name='{room}'><event id='{number}'>"
            f"<start>{start:%H:%M}</start><duration>00:45</duration>"
            f"<title>Acara nomor {number}</title><abstract>{escape(_ABSTRACT)}</abstract>"
            f"<persons><person>Pembicara {number % 300}</person></persons></event></room></day>"
        )
    return "".join([*parts, "</schedule>"]).encode()


def _ics(talks: list[Talk]) -> bytes:
    lines = ["BEGIN:VCALENDAR", "X-WR-CALNAME:Ukuran"]
    for start, number, room in talks:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{number}@example.org",
            f"DTSTART;TZID=Asia/Jakarta:{start:%Y%m%dT%H%M%S}",
            "DURATION:PT45M",
            f"SUMMARY:Acara nomor {number}",
            f"LOCATION:{room}",
            f"DESCRIPTION:{_ABSTRACT.replace(',', chr(92) + ',')}",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _xlsx(talks: list[Talk]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.append(["Tanggal", "Waktu", "Kegiatan", "Tempat", "Narasumber", "Keterangan"])
    for start, number, room in talks:
        end = start + timedelta(minutes=45)
        span = f"{start:%H.%M} - {end:%H.%M} WIB"
        person = f"Pembicara {number % 300}"
        sheet.append([start.date(), span, f"Acara nomor {number}", room, person, _ABSTRACT])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


if __name__ == "__main__":
    main()
