"""Writing agenda.yaml: whatever is written reads back the same, and people's comments stay."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.agenda import Agenda, Event, Goal, Kind, Material, Session
from bot.store.agenda_file import parse_agenda, read_agenda
from bot.store.agenda_schema import EventRow, SessionRow
from bot.store.event_writer import (
    NotWritableError,
    agenda_text,
    updated_text,
    write_agenda,
)
from tests.builders import agenda, local, session

SHIPPED = Path(__file__).parents[2] / "data" / "mandala-magelang"
NOW = datetime(2025, 11, 1, 3, 4, 5, tzinfo=UTC)


def heading(number: int, day: date) -> str:
    return f"Hari ke-{number} · {day}"


def text_of(plan: Agenda) -> str:
    return agenda_text(plan, comment="Satu\n\nDua: tiga", heading=heading)


def back(text: str) -> Agenda:
    return parse_agenda(text.encode())[0]


_CHARACTERS = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t")
_ANY = st.text(_CHARACTERS, max_size=60) | st.sampled_from(
    ["null", "~", "yes", "2025-11-04", "08:30", "a: b", "- a", "# a", "'", '"', "[a]", "{a: b}",
     "a #b", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "1e3", "\n- id: x", "=", "<<", "?",
     "kata " * 40, "satu\n  dua\n\n\ntiga ", "panjang " * 15 + "\nbaris", "\x85", "\u2028", "🙏 "]
)  # fmt: skip
LINE = _ANY.map(lambda t: " ".join(t.split())).filter(bool)
PROSE = _ANY.map(str.strip).filter(bool)
MATERIAL = st.builds(Material, LINE, st.just("https://example.org/?a=1&b=#c"))


@st.composite
def plans(draw: st.DrawFn) -> Agenda:
    """Any agenda that the reader takes, in zones with and without clocks that are set back."""
    zone = draw(st.sampled_from(["Asia/Jakarta", "Europe/Berlin", "America/New_York", "UTC"]))
    first = datetime(2025, 10, 25, 3, tzinfo=UTC)
    spans = draw(st.lists(st.tuples(st.integers(0, 2500), st.integers(1, 300)), max_size=5))
    sessions = [
        Session(
            f"{n}-{draw(LINE)[:60].strip()}",
            draw(LINE)[:100].strip(),
            first + timedelta(minutes=at),
            first + timedelta(minutes=at + length),
            kind=draw(st.sampled_from(Kind)),
            room=draw(st.none() | st.just(f"Ruang {n}: A # B")),
            speakers=tuple(draw(st.lists(LINE, max_size=3))),
            description=draw(st.none() | PROSE),
            dress=draw(st.none() | PROSE),
            bring=draw(st.none() | PROSE),
            aliases=tuple(line[:90].strip() for line in draw(st.lists(LINE, max_size=3))),
            materials=tuple(draw(st.lists(MATERIAL, max_size=2))),
            question=draw(st.none() | PROSE),
        )
        for n, (at, length) in enumerate([*spans, (0, 4000)])
    ]
    event = Event(
        "e", draw(LINE), zone, date(2025, 10, 24), date(2025, 10, 28),
        organizer=draw(st.none() | LINE), place=draw(st.none() | LINE),
        latitude=-7.05, longitude=draw(st.floats(-180, 180)),
        example=draw(st.booleans()), dress=draw(st.none() | PROSE),
        reflection_questions=tuple(draw(st.lists(LINE, max_size=3))),
        digest_at=draw(st.times()).replace(microsecond=0), quiet_from=time(22),
        free_days=(date(2025, 10, 24), *(date(2025, 10, n) for n in (26, 27, 28))),
    )  # fmt: skip
    return Agenda(event, tuple(sessions), version=draw(st.integers(1, 9)))


@settings(derandomize=True, max_examples=60, deadline=None)
@given(plans())
@example(read_agenda(SHIPPED))
def test_whatever_is_written_reads_back_the_same(plan: Agenda) -> None:
    found = back(text_of(plan))
    assert found.event == plan.event
    assert found.sessions == plan.sessions
    assert found.version == plan.version


def test_every_field_that_can_be_read_is_written() -> None:
    names = {f.name for f in fields(Session)}
    assert names <= SessionRow.model_fields.keys()
    event = {f.name for f in fields(Event)}
    assert event <= EventRow.model_fields.keys()
    goals = (Goal("a", "A: satu", "Rencana"), Goal("b", "B", "Rencana"), Goal("a2", "C", "Lain"))
    plan = agenda(
        session("a", "2025-11-04 08:00"), goals=goals, keep_until=date(2026, 1, 1),
        consent_version="2", consent_text="Baris\ndua", session_prompts=False, short_name="X",
        address="Jl. A", prompt_at=time(20), quiet_until=time(4, 30, 15), shared_rooms=("Lobi",),
    )  # fmt: skip
    assert back(text_of(plan)).event == plan.event


def test_a_session_that_was_called_off_is_written_as_such() -> None:
    plan = agenda(
        session("a", "2025-11-04 08:00"), session("b", "2025-11-04 07:00", cancelled=True)
    )
    found = back(text_of(plan))
    assert (found.sessions, found.cancelled) == (plan.sessions, plan.cancelled)


def test_a_person_finds_comments_days_and_short_lines() -> None:
    long = " ".join(["Uraian yang panjang"] * 20)
    plan = agenda(
        session("a", "2025-11-04 08:00", title="Materi 1: Pembuka", description=long),
        session("b", "2025-11-05 08:00", speakers=("Dekan", "Rektor")),
    )
    written = text_of(plan)
    assert written.startswith("# Satu\n#\n# Dua: tiga\n\nevent:\n  id: test-event\n")
    assert "\n  # ── Hari ke-2 · 2025-11-05 ──" in written
    assert "    start: 2025-11-05 08:00\n    end: 2025-11-05 09:00\n" in written
    assert "    speakers: [Dekan, Rektor]\n" in written
    assert all(len(line) <= 102 for line in written.splitlines())


def test_a_time_that_the_clocks_show_twice_is_told_apart() -> None:
    first = datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    event = Event("e", "E", "Europe/Berlin", date(2025, 10, 26), date(2025, 10, 26))
    plan = Agenda(
        event,
        (Session("a", "A", first, second), Session("b", "B", second, second.replace(hour=3))),
    )
    written = text_of(plan)
    assert "start: 2025-10-26 02:30\n" in written
    assert "start: '2025-10-26T02:30:00+01:00'\n" in written
    assert back(written).sessions == plan.sessions


OLD = """\
# Catatan panitia
event:
  id: e   # jangan diubah
  name: Acara
  timezone: Asia/Jakarta
  start: 2025-11-04   # hari pertama
  end: 2025-11-04
  keep_until: 2025-12-01  # sesuai SK
  digest_at: 05.15    # pagi sekali

# Rundown
sessions:
  - {id: a, title: A, start: 2025-11-04 08:00, end: 2025-11-04 09:00, room: Lobi}
"""


def test_the_head_of_an_old_file_stays_as_people_wrote_it() -> None:
    old = back(OLD)
    event = replace(
        old.event, end=date(2025, 11, 6), shared_rooms=("Lobi",), free_days=(date(2025, 11, 5),)
    )
    more = session("b", "2025-11-06 08:00", room="Lobi")
    plan = replace(old, event=event, sessions=(*old.sessions, more))
    text = updated_text(OLD, plan, comment="-", heading=heading)
    head = OLD[: OLD.index("sessions:")].replace(
        "end: 2025-11-04\n",
        "end: 2025-11-06\n  shared_rooms: [Lobi]\n  free_days: ['2025-11-05']\n",
    )
    assert text.startswith(head + "sessions:\n  # ── Hari ke-1 · 2025-11-04")
    assert back(text) == plan
    again = replace(
        plan, event=replace(event, shared_rooms=(), free_days=()), sessions=plan.sessions
    )
    again = replace(
        again, event=replace(again.event, end=date(2025, 11, 4)), sessions=old.sessions
    )
    assert updated_text(text, again, comment="-", heading=heading).startswith(
        OLD[: OLD.index("sessions:")]
    )


@pytest.mark.parametrize(
    "odd",
    [
        "sessions:\n- {id: a, title: A, start: 2025-11-04 08:00, end: 2025-11-04 09:00}\n"
        "event: {id: e, name: E, timezone: UTC, start: 2025-11-04, end: 2025-11-04}\n",
        "event: {id: e, name: E, timezone: UTC, start: 2025-11-04, end: 2025-11-04}\n"
        "sessions: [{id: a, title: A, start: 2025-11-04 08:00, end: 2025-11-04 09:00}]\n",
        OLD.replace("  digest", '  shared_rooms:\n  - "X"\n  digest'),
        "kaputt: [",
        "",
    ],
)
def test_an_old_file_of_another_layout_is_written_anew(odd: str) -> None:
    plan = agenda(session("x", "2025-11-05 08:00"))
    text = updated_text(odd, plan, comment="Baru", heading=heading)
    assert text.startswith("# Baru\n")
    assert back(text) == plan


def test_the_old_file_is_kept_beside_the_new_one(tmp_path: Path) -> None:
    folder = tmp_path / "acara" / "baru"
    plans_ = [agenda(session("a", f"2025-11-0{day} 08:00")) for day in (4, 5, 6)]

    def write(plan: Agenda) -> Path | None:
        return write_agenda(folder, plan, comment="-", heading=heading, now=NOW)

    assert write(plans_[0]) is None
    first, second = write(plans_[1]), write(plans_[2])
    assert first and first.name == "agenda.yaml.20251101-100405.bak"
    assert second and second.name == "agenda.yaml.20251101-100405-1.bak"
    assert read_agenda(first) == plans_[0]
    assert read_agenda(second) == plans_[1]
    assert read_agenda(folder) == plans_[2]
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        ["agenda.yaml", first.name, second.name]
    )


def test_nothing_is_written_that_would_not_be_read(tmp_path: Path) -> None:
    good, bad = agenda(session("a", "2025-11-04 08:00")), session("b", "2025-11-09 08:00")
    write_agenda(tmp_path, good, comment="-", heading=heading, now=NOW)
    before = (tmp_path / "agenda.yaml").read_bytes()
    with pytest.raises(NotWritableError):
        write_agenda(
            tmp_path, replace(good, sessions=(bad,)), comment="-", heading=heading, now=NOW
        )
    assert [p.name for p in tmp_path.iterdir()] == ["agenda.yaml"]
    assert (tmp_path / "agenda.yaml").read_bytes() == before
    assert local("2025-11-04 08:00") == good.sessions[0].start
