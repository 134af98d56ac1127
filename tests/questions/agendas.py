"""The agendas that the questions of the development set are put to.

Besides the shipped one: an orientation, congresses, camps and meetings as strangers would
write them down, and a conference of 400 talks in the schedule.json form that conference software
publishes.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from bot.domain.agenda import Agenda, Event, Session
from bot.store.agenda_file import read_agenda

_HERE = Path(__file__).parent
_FIRST_DAY = date(2026, 9, 15)
_ZONE = "+07:00"
_SUBJECTS = (
    "Kubernetes", "PostgreSQL", "Rust", "Python", "WebAssembly", "Terraform", "Kafka", "GraphQL",
    "Linux Kernel", "OpenStreetMap", "Firefox", "Flutter", "Ansible", "Matrix", "Wikipedia",
    "LibreOffice", "Blender", "Raspberry Pi", "Debian", "Nextcloud",
)  # fmt: skip
_ANGLES = (
    "Observability in Production", "A Gentle Introduction", "Lessons from the Trenches",
    "Security Hardening", "Migrating Legacy Systems", "Scaling to Millions", "Teaching Beginners",
    "Performance Tuning", "Accessibility for Everyone", "Building a Community",
    "Testing Strategies", "Offline First", "Governance and Licensing", "Disaster Recovery",
    "Internationalization", "Energy Efficiency", "Data Privacy", "Packaging and Distribution",
    "Plugin Architecture", "Roadmap and Vision",
)  # fmt: skip
_GIVEN = ("Ayunda", "Bramantyo", "Citra", "Dewangga", "Elok", "Fajrin", "Galuh", "Hesti", "Irawan",
          "Jelita", "Kirana", "Laksmi", "Mahendra", "Nareswari", "Oktavian", "Pramesti", "Rangga",
          "Sekar", "Tirta", "Utari")  # fmt: skip
_FAMILY = ("Adiputra", "Basuki", "Chandrawan", "Darmasena", "Erlangga", "Fatmawijaya", "Gunadi",
           "Hapsoro", "Iswandi", "Jatmika", "Kusnadi", "Laksana", "Mustofa", "Nugraha",
           "Oetomo", "Pranoto", "Rahadian", "Santika", "Tanjung", "Wibisana")  # fmt: skip
_ROOMS = ("Hall A", "Hall B", "Ruang 101", "Ruang 102", "Ruang 201", "Ruang 202", "Studio Timur",
          "Studio Barat", "Teater Kecil", "Serambi")  # fmt: skip
_STARTS = ("09:00", "10:00", "11:00", "13:00", "14:00", "15:00", "16:00", "19:00")
_DAYS = 5


def schedule_json() -> dict[str, Any]:
    """A conference of five days, ten rooms and eight slots: 400 talks of 45 minutes."""
    titles = [f"{subject}: {angle}" for subject, angle in product(_SUBJECTS, _ANGLES)]
    names = [f"{given} {family}" for given, family in product(_GIVEN, _FAMILY)]
    talks = iter(range(len(titles)))
    days = []
    for day in range(_DAYS):
        rooms: dict[str, list[dict[str, Any]]] = {room: [] for room in _ROOMS}
        for start, room in product(_STARTS, _ROOMS):
            n = next(talks)
            at = n * 7 % len(titles)  # neighbours in time differ in subject
            rooms[room].append(
                {
                    "guid": f"talk-{n:03}",
                    "date": f"{_FIRST_DAY + timedelta(days=day)}T{start}:00{_ZONE}",
                    "start": start,
                    "duration": "00:45",
                    "room": room,
                    "title": titles[at],
                    "persons": [{"public_name": names[n]}],
                }
            )
        days.append({"index": day + 1, "rooms": rooms})
    conference = {"title": "Konferensi Sumber Terbuka", "time_zone_name": "Asia/Jakarta"}
    return {"schedule": {"version": "1", "conference": {**conference, "days": days}}}


def from_schedule_json(content: dict[str, Any]) -> Agenda:
    """An agenda of a published schedule.json."""
    conference = content["schedule"]["conference"]
    sessions = tuple(_talks(conference))
    event = Event(
        "conference",
        conference["title"],
        conference["time_zone_name"],
        start=sessions[0].start.date(),
        end=sessions[-1].start.date(),
    )
    return Agenda(event, sessions)


def _talks(conference: dict[str, Any]) -> Iterator[Session]:
    for day in conference["days"]:
        for talks in day["rooms"].values():
            for talk in talks:
                start = datetime.fromisoformat(talk["date"])
                hours, minutes = map(int, talk["duration"].split(":"))
                yield Session(
                    talk["guid"],
                    talk["title"],
                    start,
                    start + timedelta(hours=hours, minutes=minutes),
                    room=talk["room"],
                    speakers=tuple(p["public_name"] for p in talk["persons"]),
                )


@cache
def agenda(name: str) -> Agenda:
    """``conference``, or what is in the folder of that name beside this file."""
    if name == "conference":
        return from_schedule_json(schedule_json())
    shipped = _HERE.parents[1] / "data" / "mandala-magelang"
    return read_agenda(shipped if name == "magelang" else _HERE / name, lenient=True)
