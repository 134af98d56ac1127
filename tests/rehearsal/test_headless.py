"""The whole event at once: its transcript, exactness and findings, the same each time."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import House
from bot.domain import clock
from bot.domain.agenda import Session
from bot.domain.people import Role
from bot.rehearsal.headless import perform, run_headless
from bot.rehearsal.headless.findings import Judged
from bot.rehearsal.headless.model import (
    Act,
    Done,
    Entry,
    Expected,
    Finding,
    Part,
    Performance,
    Player,
    Severity,
    Verb,
)
from bot.rehearsal.headless.report import FINDINGS, LINES, PAGE, Shown, write_report
from bot.rehearsal.headless.rich import rich
from bot.rehearsal.world import Fault, World
from bot.texts.catalogue import LANGUAGES
from tests.builders import EVENT, ZONE, agenda, local, session

AGENDA = """
event:
  id: short
  name: Temu <Kota> & Desa
  timezone: Asia/Jakarta
  start: 2026-03-02
  end: 2026-03-03
sessions:
  - {id: a, title: "Pembukaan <b>&</b>", start: 2026-03-02 09:00, end: 2026-03-02 10:00,
     room: Aula, kind: upacara}
  - {id: b, title: Materi Air, start: 2026-03-02 10:00, end: 2026-03-02 11:30, room: Aula,
     kind: materi}
  - {id: c, title: Makan Siang, start: 2026-03-02 12:00, end: 2026-03-02 13:00, kind: makan}
  - {id: d, title: Materi Tanah, start: 2026-03-03 10:00, end: 2026-03-03 11:00, room: Aula,
     kind: materi}
  - {id: e, title: Penutupan, start: 2026-03-03 11:30, end: 2026-03-03 12:30, room: Aula,
     kind: upacara}
"""
ROSTER = "id,nama,peran\n" + "".join(f"p{n},Peserta {n},peserta\n" for n in range(1, 7))


def folder(path: Path, roster: str = f"{ROSTER}o1,Panitia,panitia\n") -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / "agenda.yaml").write_text(AGENDA, encoding="utf-8")
    (path / "roster.csv").write_text(roster, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def event(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("event") / "short")


@pytest.fixture(scope="module")
def played(event: Path) -> Performance:
    return asyncio.run(perform(event_dir=event))


def codes(findings: list[Finding], severity: Severity | None = None) -> list[str]:
    return [one.code for one in findings if severity in (None, one.severity)]


def cast_as(played: Performance, part: Part) -> str:
    return next(player.key for player in played.players if player.part is part)


def heard(played: Performance, who: str, kind: str) -> list[Entry]:
    return [e for e in played.entries if e.incoming and e.who == who and e.kind == kind]


# ------------------------------------------------------------------------------- a short event


def test_a_short_event_goes_without_error_and_as_planned(played: Performance) -> None:
    judged = Judged(played)
    assert codes(judged.findings, Severity.ERROR) == []
    assert len(judged.ledger.fulfilled) == len(played.expected)
    assert played.faults == ()


def test_everybody_plays_their_part(played: Performance) -> None:
    late, early = cast_as(played, Part.LATE), cast_as(played, Part.EARLY_REMINDERS)
    english, silent = cast_as(played, Part.ENGLISH), cast_as(played, Part.NO_REMINDERS)
    assert played.entries[0].at == local("2026-03-01 19:00") + timedelta(seconds=10)
    assert min(e.at for e in played.entries if e.who == late) > local("2026-03-03 09:40")
    assert heard(played, early, "reminder")[0].at == local("2026-03-02 08:30")
    assert "starts at <b>" not in heard(played, english, "reminder")[0].text
    assert "starts at" in heard(played, english, "reminder")[0].text
    assert heard(played, silent, "reminder") == []
    assert len(heard(played, silent, "digest")) == 2
    said = {(e.kind, e.incoming) for e in played.entries}
    assert {("question", False), ("note", False), ("announcement", False)} <= said
    assert len(heard(played, "o1", "broadcast")) == 2
    assert heard(played, "o1", "alert"), "a question was passed on"


def test_a_person_who_blocks_the_bot_hears_nothing_until_they_are_back(
    played: Performance,
) -> None:
    blocker = cast_as(played, Part.BLOCKS)
    begin, end = local("2026-03-03 12:01"), local("2026-03-03 17:00")
    reached = [e for e in played.entries if e.who == blocker and e.incoming]
    delivered = [e.at for e in reached if e.status == "delivered"]
    assert not [at for at in delivered if begin <= at < end]
    assert [at for at in delivered if at >= end]
    assert [e.status for e in reached if e.kind == "broadcast"] == ["delivered", "blocked"]


def test_a_stranger_is_turned_away_and_gets_nothing_else(played: Performance) -> None:
    heard_by_stranger = [e for e in played.entries if e.who == "stranger" and e.incoming]
    assert [entry.kind for entry in heard_by_stranger] == ["answer"]


def test_another_seed_draws_other_parts(event: Path, played: Performance) -> None:
    other = asyncio.run(perform(event_dir=event, seed=4))
    assert not Judged(other).failed
    assert cast_as(other, Part.LATE) != cast_as(played, Part.LATE)


def test_running_it_again_elsewhere_gives_the_same_bytes(
    event: Path, played: Performance, tmp_path: Path
) -> None:
    write_report(Judged(played), tmp_path / "here", language="id")
    code = (
        "import asyncio, sys; from pathlib import Path;"
        "from bot.rehearsal.headless import run_headless;"
        "sys.exit(asyncio.run(run_headless(event_dir=Path(sys.argv[1]), report=Path(sys.argv[2]),"
        "say=lambda line: None)))"
    )
    there = tmp_path / "there" / "report"
    environment = {**os.environ, "TZ": "America/St_Johns", "PYTHONHASHSEED": "5"}
    subprocess.run(
        [sys.executable, "-c", code, str(event), str(there)],
        check=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    for name in (PAGE, LINES, FINDINGS):
        assert (there / name).read_bytes() == (tmp_path / "here" / name).read_bytes(), name


# ------------------------------------------------------------------------------- the files


def test_the_page_shows_everything_and_takes_nothing_for_markup(
    played: Performance, tmp_path: Path
) -> None:
    for language in LANGUAGES:
        write_report(Judged(played), tmp_path, language=language)
        page = (tmp_path / PAGE).read_text(encoding="utf-8")
        assert "Temu &lt;Kota&gt; &amp; Desa" in page
        assert "Pembukaan &lt;b&gt;&amp;&lt;/b&gt;" in page
        assert "<Kota>" not in page
        assert page.count("<article ") == len(played.players)
        assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "Reminder" in page


def test_each_line_tells_time_person_kind_and_sessions(
    played: Performance, tmp_path: Path
) -> None:
    write_report(Judged(played), tmp_path, language="id")
    lines = [json.loads(line) for line in (tmp_path / LINES).read_text("utf-8").splitlines()]
    assert len(lines) == len(played.entries)
    assert [line["time"] for line in lines] == sorted(line["time"] for line in lines)
    reminder = next(line for line in lines if line["kind"] == "reminder")
    assert reminder["time"] == "2026-03-02T08:30:00+07:00"
    assert reminder["sessions"] == ["a"]
    assert reminder["direction"] == "to_person"
    assert reminder["status"] == "delivered"
    assert reminder["buttons"]


def test_findings_tell_totals_and_words(played: Performance, tmp_path: Path) -> None:
    write_report(Judged(played), tmp_path, language="id")
    found = json.loads((tmp_path / FINDINGS).read_text("utf-8"))
    assert found["failed"] is False
    assert found["totals"]["people"] == 7
    assert found["totals"]["fulfilled"] == found["totals"]["expected"] > 40
    roomless = next(one for one in found["findings"] if one["code"] == "no_room")
    assert "Makan Siang" in roomless["words"]
    assert roomless["sessions"] == ["c"]


def test_a_large_roster_is_spread_over_several_pages(tmp_path: Path) -> None:
    everyone = [player(f"p{number}") for number in range(101)]
    write_report(
        judged(session("a", "2026-03-02 09:00"), players=everyone), tmp_path, language="id"
    )
    first, second = tmp_path / PAGE, tmp_path / "transcript-2.html"
    assert 'href="transcript-2.html#k101"' in first.read_text("utf-8")
    assert 'id="k101"' in second.read_text("utf-8")
    write_report(judged(session("a", "2026-03-02 09:00")), tmp_path, language="id")
    assert not second.exists()


async def test_an_error_among_the_findings_is_exit_status_one(tmp_path: Path) -> None:
    lines: list[str] = []
    empty = folder(tmp_path / "empty", "id,nama,peran\n")
    (empty / "roster.csv").unlink()
    status = await run_headless(event_dir=empty, report=tmp_path / "out", say=lines.append)
    assert status == 1
    assert "kesalahan" in lines[0]
    assert any("Daftar peserta kosong" in line for line in lines)


async def test_the_shipped_event_runs_clean_of_errors() -> None:
    played = await perform(event_dir=EVENT, people=3)
    judged = Judged(played)
    assert codes(judged.findings, Severity.ERROR) == []
    assert len(played.expected) > 150


# ------------------------------------------------------------------------------- exactness


def test_a_lost_delivery_is_an_error(played: Performance) -> None:
    lost = next(e for e in played.entries if e.kind == "reminder")
    judged = Judged(replace(played, entries=[e for e in played.entries if e is not lost]))
    assert codes(judged.findings, Severity.ERROR) == ["missing"]
    assert judged.findings[0].people == (lost.who,)


@pytest.mark.parametrize("kind", ["reminder", "digest", "prompt", "broadcast"])
def test_a_doubled_delivery_is_an_error_whatever_it_is(played: Performance, kind: str) -> None:
    double = next(e for e in played.entries if e.kind == kind)
    for again in (double, replace(double, kind="answer")):
        judged = Judged(replace(played, entries=[*played.entries, again]))
        assert codes(judged.findings, Severity.ERROR) == ["extra"]


def test_a_delivery_at_another_hour_is_both_missing_and_extra(played: Performance) -> None:
    place = next(n for n, e in enumerate(played.entries) if e.kind == "reminder")
    entries = list(played.entries)
    entries[place] = replace(entries[place], at=entries[place].at - timedelta(minutes=3))
    judged = Judged(replace(played, entries=entries))
    assert codes(judged.findings, Severity.ERROR) == ["extra", "missing"]


def test_a_late_delivery_is_a_warning(played: Performance) -> None:
    place = next(n for n, e in enumerate(played.entries) if e.kind == "reminder")
    entries = list(played.entries)
    entries[place] = replace(entries[place], at=entries[place].at + timedelta(minutes=5))
    judged = Judged(replace(played, entries=entries))
    assert codes(judged.findings, Severity.ERROR) == []
    assert "late" in codes(judged.findings, Severity.WARNING)


async def test_the_real_bot_losing_and_doubling_messages_is_found(event: Path) -> None:
    def tamper(world: World, house: House) -> None:
        chat = next(user.id for user in world.users.values() if user.profile["id"] > 7_000_000_000)
        world.faults.add(Fault("reset_after", method="sendMessage", chat_id=chat, after=4))
        world.faults.add(Fault("400", method="sendMessage", chat_id=chat, after=8, times=3))

    played = await perform(event_dir=event, tamper=tamper)
    errors = codes(Judged(played).findings, Severity.ERROR)
    assert "missing" in errors
    assert "extra" in errors


# ------------------------------------------------------------------------------- findings


def player(key: str, role: Role = Role.PARTICIPANT) -> Player:
    return Player(key, 1, f"Nama {key}", role, 1, code="x")


def judged(
    *sessions: Session,
    players: list[Player] | None = None,
    entries: tuple[Entry, ...] = (),
    expected: tuple[Expected, ...] = (),
    **facts: Any,
) -> Judged:
    """Sessions of which somebody was reminded, and whatever else happened."""
    people = players or [player("p1"), player("o1", Role.ORGANIZER)]
    for one in sessions:
        due = one.start - timedelta(minutes=15)
        told = Expected(people[0].key, "reminder", due, one.start, one.title, (one.id,))
        expected = (*expected, told)
        reached = Entry(due, people[0].key, True, "reminder", one.title, sessions=(one.id,))
        entries = (*entries, reached)
    done = facts.pop("done", ())
    faults = facts.pop("faults", ())
    played = Performance(agenda(*sessions), people, done, entries, expected, faults)
    return Judged(played, **facts)


def in_aula(id: str, start: str, minutes: int = 60, **facts: Any) -> Session:
    return session(id, start, minutes, room="Aula", **facts)


def test_a_plain_day_has_no_findings() -> None:
    assert (
        judged(in_aula("a", "2026-03-02 09:00"), in_aula("b", "2026-03-02 10:00")).findings == []
    )


MORNING = in_aula("a", "2026-03-02 09:00")
CASES: list[tuple[str, Severity, Callable[[], Judged]]] = [
    ("gap", Severity.WARNING, lambda: judged(MORNING, in_aula("b", "2026-03-02 11:31"))),
    ("room_clash", Severity.ERROR, lambda: judged(
        MORNING, session("b", "2026-03-02 09:59", room=" aula "))),
    ("speaker_clash", Severity.WARNING, lambda: judged(
        in_aula("x", "2026-03-02 09:00", speakers=("Ibu A",)),
        session("b", "2026-03-02 09:30", room="Kelas", speakers=("Pak C", "ibu a")))),
    ("parallel", Severity.NOTE, lambda: judged(
        MORNING, session("b", "2026-03-02 09:30", room="Kelas"))),
    ("night", Severity.WARNING, lambda: judged(in_aula("b", "2026-03-02 04:15"))),
    ("night", Severity.WARNING, lambda: judged(in_aula("b", "2026-03-02 21:45"))),
    ("no_room", Severity.WARNING, lambda: judged(session("b", "2026-03-02 09:00"))),
    ("too_many", Severity.WARNING, lambda: judged(
        MORNING, in_aula("b", "2026-03-02 10:00"), most_a_day=1)),
    ("unreached", Severity.NOTE, lambda: judged(MORNING, entries=(
        Entry(MORNING.start, "p1", True, "broadcast", "x", status="blocked"),))),
    ("no_organizer", Severity.WARNING, lambda: judged(MORNING, players=[player("p1")])),
    ("fault", Severity.ERROR, lambda: judged(MORNING, faults=("bot.app: KeyError",))),
    ("unanswered", Severity.ERROR, lambda: judged(MORNING, done=(
        Done(Act(MORNING.start, "p1", Verb.SAY, "question", "?"), "?", False),))),
    ("wave", Severity.NOTE, lambda: judged(MORNING, entries=tuple(
        Entry(MORNING.start, "p1", True, "alert", str(n)) for n in range(301)), most_a_day=999)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "severity", "crafted"), CASES)
def test_each_finding_is_made_where_it_should_be(
    code: str, severity: Severity, crafted: Callable[[], Judged]
) -> None:
    (found,) = crafted().findings
    assert (found.code, found.severity) == (code, severity)
    for language in LANGUAGES:
        assert Shown(crafted(), language).words(found)


def test_gaps_of_ninety_minutes_pauses_overnight_and_open_hours_are_none() -> None:
    long = in_aula("b", "2026-03-02 10:00", 300)
    within = session("c", "2026-03-02 10:30", 30, room="Kelas")
    after = in_aula("d", "2026-03-02 16:30")
    tomorrow = in_aula("e", "2026-03-03 09:00")
    assert "gap" not in codes(judged(MORNING, long, within, after, tomorrow).findings)


def test_a_session_nobody_is_reminded_of_is_an_error() -> None:
    crafted = judged(MORNING).performance
    found = Judged(replace(crafted, expected=(), entries=())).findings
    assert codes(found) == ["unreminded"]
    assert found[0].at == clock.at(MORNING.start.date(), MORNING.start.time(), "UTC")


def test_night_messages_of_one_session_are_one_finding() -> None:
    crafted = judged(in_aula("b", "2026-03-02 04:15")).performance
    (entry,) = crafted.entries
    more = [replace(entry, who="o1", at=entry.at - timedelta(minutes=15)), entry]
    expected = [replace(crafted.expected[0], who=e.who, due_at=e.at) for e in more]
    (found,) = Judged(replace(crafted, entries=more, expected=expected)).findings
    assert found.people == ("o1", "p1")
    assert clock.local(found.at or entry.at, ZONE).hour == 3


# ------------------------------------------------------------------------------- formatting


def test_formatting_counts_in_utf_16_and_nests() -> None:
    text = "😀 tebal miring <x>"
    entities = [
        {"type": "bold", "offset": 3, "length": 12},
        {"type": "italic", "offset": 9, "length": 6},
        {"type": "bot_command", "offset": 0, "length": 2},
    ]
    assert rich(text, entities) == "😀 <b>tebal <i>miring</i></b> &lt;x&gt;"


def test_only_links_into_the_web_are_links() -> None:
    def link(url: str) -> str:
        return str(rich("x", [{"type": "text_link", "offset": 0, "length": 1, "url": url}]))

    assert link('https://a.id/?b=1&c="') == '<a href="https://a.id/?b=1&amp;c=&#34;">x</a>'
    assert link("javascript:alert(1)") == "x"
    assert link("tg://user?id=1") == "x"
