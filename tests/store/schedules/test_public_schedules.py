"""Schedules of real events, where they are at hand: beside the checkout, not part of it."""

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

FOLDER = Path(__file__).parents[4] / "shared" / "schedules"
XML = ("31c3.pentabarf.xml", "debconf23.pentabarf.xml")

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir() and not os.environ.get("CI"), reason=f"no public schedules in {FOLDER}"
)


@pytest.mark.parametrize("name", XML)
def test_sessions_in_are_sessions_out_at_the_times_on_the_wall(name: str) -> None:
    found = read_schedule(FOLDER / name)
    # A file of our own choosing, read by the standard library as a second opinion.
    root = ElementTree.parse(FOLDER / name).getroot()  # noqa: S314
    events = list(root.iter("event"))
    assert len(found.agenda.sessions) == len(events)
    assert len({s.id for s in found.agenda.sessions}) == len(events)
    for event in events:
        session = found.agenda.find(event.get("guid") or "")
        assert session is not None
        start, _ = local_times(found.agenda, session)
        assert f"{start:%H:%M}" == event.findtext("start")
        hours, minutes = (event.findtext("duration") or "").split(":")
        assert session.duration.total_seconds() == int(hours) * 3600 + int(minutes) * 60
        assert session.title == " ".join((event.findtext("title") or "").split())
        assert len(session.speakers) == len(list(event.iter("person")))
    rooms = Counter(event.findtext("room") for event in events)
    assert Counter(s.room for s in found.agenda.sessions) == rooms


def test_a_calendar_in_utc_is_read_in_the_zone_that_is_given() -> None:
    path = FOLDER / "kielux2020.ics"
    found = read_schedule(path, zone="Europe/Berlin")
    text = path.read_text(encoding="utf-8")
    assert len(found.agenda.sessions) == text.count("BEGIN:VEVENT")
    starts = sorted(re.findall(r"DTSTART:(\w+)Z", text))
    assert [f"{s.start:%Y%m%dT%H%M%S}" for s in found.agenda.sessions] == starts
    first, _ = local_times(found.agenda, found.agenda.sessions[0])
    assert f"{first:%Y-%m-%d %H:%M}" == "2020-09-18 11:00"


@pytest.mark.parametrize("name", [*XML, "kielux2020.ics"])
def test_what_is_written_is_loaded_without_a_warning(name: str) -> None:
    agenda = read_schedule(FOLDER / name, zone="Europe/Berlin").agenda
    text = agenda_text(agenda, comment="x", heading=lambda n, d: f"{n} {d}")
    assert parse_agenda(text.encode()) == (agenda, ())
