"""Schedules of real events, where they are at hand: beside the checkout, not part of it.

Elsewhere these tests skip and say so, but in CI, where nothing may skip, invented schedules of the
same dialects stand in.
"""

import os
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.domain.agenda import local_times
from bot.store.agenda_file import parse_agenda
from bot.store.event_writer import agenda_text
from bot.store.schedules.reading import read_schedule
from tests.store.schedules.files import day, event, frab, pentabarf

SHARED = Path(__file__).parents[4] / "shared" / "schedules"
XML = ("31c3.pentabarf.xml", "debconf23.pentabarf.xml")
ICS = "kielux2020.ics"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    if SHARED.is_dir():
        return SHARED
    if not os.environ.get("CI"):
        pytest.skip(f"no public schedules in {SHARED}")
    at = {"date": "2014-12-27T11:00:00+01:00", "room": "Saal 1", "guid": "g1", "persons": ["Ada"]}
    congress = frab(day("2014-12-27", {"Saal 1": [event("Opening", "11:00", **at)]}))
    at |= {"date": "2023-09-10T05:00:00+00:00"}
    rooms = {"Saal 1": [event("Opening", "10:30", **at)]}
    conference = frab(day("2023-09-09", rooms), time_zone_name="Asia/Kolkata")
    for name, schedule in zip(XML, (congress, conference), strict=True):
        (tmp_path / name).write_text(pentabarf(schedule), encoding="utf-8")
    (tmp_path / ICS).write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:A\nDTSTART:20200918T090000Z\n"
        "DTEND:20200918T100000Z\nEND:VEVENT\nEND:VCALENDAR\n",
        encoding="utf-8",
    )
    return tmp_path


@pytest.mark.parametrize("name", XML)
def test_sessions_in_are_sessions_out_at_the_times_on_the_wall(name: str, folder: Path) -> None:
    found = read_schedule(folder / name)
    # A file of our own choosing, read by the standard library as a second opinion.
    root = ElementTree.parse(folder / name).getroot()  # noqa: S314
    events = list(root.iter("event"))
    assert len(found.agenda.sessions) == len(events)
    assert len({s.id for s in found.agenda.sessions}) == len(events)
    for each in events:
        session = found.agenda.find(each.get("guid") or "")
        assert session is not None
        start, _ = local_times(found.agenda, session)
        assert f"{start:%H:%M}" == each.findtext("start")
        hours, minutes = (each.findtext("duration") or "").split(":")
        assert session.duration.total_seconds() == int(hours) * 3600 + int(minutes) * 60
        assert session.title == " ".join((each.findtext("title") or "").split())
        assert len(session.speakers) == len(list(each.iter("person")))
    rooms = Counter(each.findtext("room") for each in events)
    assert Counter(s.room for s in found.agenda.sessions) == rooms


def test_a_calendar_in_utc_is_read_in_the_zone_that_is_given(folder: Path) -> None:
    found = read_schedule(folder / ICS, zone="Europe/Berlin")
    text = (folder / ICS).read_text(encoding="utf-8")
    assert len(found.agenda.sessions) == text.count("BEGIN:VEVENT")
    starts = sorted(re.findall(r"DTSTART:(\w+)Z", text))
    assert [f"{s.start:%Y%m%dT%H%M%S}" for s in found.agenda.sessions] == starts
    first, _ = local_times(found.agenda, found.agenda.sessions[0])
    assert f"{first:%Y-%m-%d %H:%M}" == "2020-09-18 11:00"


@pytest.mark.parametrize("name", [*XML, ICS])
def test_what_is_written_is_loaded_without_a_warning(name: str, folder: Path) -> None:
    agenda = read_schedule(folder / name, zone="Europe/Berlin").agenda
    text = agenda_text(agenda, comment="x", heading=lambda n, d: f"{n} {d}")
    assert parse_agenda(text.encode()) == (agenda, ())
