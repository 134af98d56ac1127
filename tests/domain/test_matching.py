"""Ids survive a schedule that is read again, whatever moved in it."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.agenda import Agenda, Kind, Material, Session
from bot.domain.changes import diff
from bot.domain.matching import adopt
from tests.builders import agenda, session


def _new(*sessions: Session) -> Agenda:
    return replace(agenda(*sessions), version=3)


def ids(plan: Agenda) -> list[str]:
    return [s.id for s in plan.sessions]


def test_the_same_title_is_the_same_session_at_any_time_and_place() -> None:
    old = agenda(session("d1-buka", "2025-11-04 08:00", title="Upacara Pembukaan", room="Aula"))
    new = _new(session("x", "2025-11-05 10:00", title="upacara  pembukaan!", room="Lobi"))
    found = adopt(old, new)
    assert ids(found) == ["d1-buka"]
    assert found.event == old.event


def test_ids_of_the_source_itself_go_before_titles() -> None:
    old = agenda(
        session("g1", "2025-11-04 08:00", title="One"),
        session("g2", "2025-11-04 09:00", title="Two"),
    )
    new = _new(
        session("g1", "2025-11-04 08:00", title="Two"),
        session("g2", "2025-11-04 09:00", title="One"),
    )
    assert ids(adopt(old, new, own_ids={"g1", "g2"})) == ["g1", "g2"]
    assert ids(adopt(old, new)) == ["g2", "g1"]


def test_equal_titles_are_told_apart_by_their_time() -> None:
    old = agenda(*(session(f"kopi-{d}", f"2025-11-0{d} 10:00", title="Kopi") for d in (4, 5, 6)))
    moved = [("x1", "2025-11-04 10:15"), ("x2", "2025-11-06 09:45"), ("x3", "2025-11-06 15:00")]
    found = adopt(old, _new(*(session(i, at, title="Kopi") for i, at in moved)))
    assert ids(found) == ["kopi-4", "kopi-6", "kopi-5"]


def test_an_event_that_is_put_off_by_a_week_takes_its_breaks_along() -> None:
    days = (4, 5, 6)
    old = agenda(
        *(session(f"kopi-{d}", f"2025-11-0{d} 10:00", title="Kopi") for d in days),
        *(session(f"talk-{d}", f"2025-11-0{d} 11:00", title=f"Talk {d}") for d in days),
    )
    week = timedelta(days=7)
    later = [replace(s, id=f"x{n}", start=s.start + week, end=s.end + week)
             for n, s in enumerate(old.sessions)]  # fmt: skip
    assert ids(adopt(old, _new(*later))) == ids(old)


def test_a_reworded_title_at_the_same_time_and_place_is_the_same_session() -> None:
    old = agenda(
        session("a", "2025-11-04 08:00", title="Kepemimpinan Kewirausahaan", room="Aula"),
        session("b", "2025-11-04 10:00", title="Anggaran Daerah", room="Aula"),
    )
    new = _new(
        session(
            "x", "2025-11-04 08:00", title="Materi 1: Kepemimpinan kewirausahaan", room="Aula"
        ),
        session("y", "2025-11-04 10:00", title="Senam pagi", room="Aula"),
    )
    found = adopt(old, new)
    assert ids(found) == ["a", "y"]
    assert [s.id for s in diff(old, found).cancelled] == ["b"]


def test_what_the_organizers_added_stays_and_what_the_schedule_says_goes() -> None:
    mine, theirs = (
        Material("Mine", "https://example.org/m"),
        Material("T", "https://example.org/t"),
    )
    old = agenda(
        session("a", "2025-11-04 08:00", title="A", room="Aula", kind=Kind.WORKSHOP, dress="Batik",
                bring="Pena", question="Mengapa?", aliases=("alfa",), materials=(mine,),
                speakers=("Lama",), description="Lama"),
        session("b", "2025-11-04 09:00", title="B", room="Aula", description="Lama"),
    )  # fmt: skip
    new = _new(
        session(
            "x", "2025-11-04 08:30", title="A", room=None, materials=(theirs,), description="Baru"
        ),
        session("y", "2025-11-04 09:00", title="B", room="Lobi", kind=Kind.OTHER),
    )
    a, b = adopt(old, new).sessions
    assert (a.kind, a.dress, a.bring, a.question) == (Kind.WORKSHOP, "Batik", "Pena", "Mengapa?")
    assert (a.aliases, a.materials) == (("alfa",), (theirs, mine))
    assert a.room is None, "the schedule knows rooms, so a room that is gone is gone"
    assert a.speakers == ("Lama",), "the schedule says nothing of speakers at all"
    assert (a.description, b.description, b.kind) == ("Baru", None, Kind.TALK)


def test_a_new_session_never_takes_the_id_of_another() -> None:
    old = agenda(session("kopi", "2025-11-04 10:00", title="Rehat"))
    new = _new(
        session("kopi", "2025-11-04 15:00", title="Kopi"),
        session("x", "2025-11-04 10:00", title="Rehat"),
    )
    assert sorted(ids(adopt(old, new))) == ["kopi", "kopi-2"]


def test_what_was_called_off_stays_so_unless_the_schedule_has_it() -> None:
    off = session("off", "2025-11-04 08:00", title="Apel", cancelled=True)
    old = agenda(off, session("a", "2025-11-04 09:00", title="A"))
    without = adopt(old, _new(session("x", "2025-11-04 09:00", title="A")))
    assert (ids(without), without.cancelled) == (["a"], (off,))
    having = adopt(old, _new(session("x", "2025-11-04 08:30", title="Apel")))
    assert (ids(having), having.cancelled) == (["off"], ())
    assert [s.id for s in diff(old, having).restored] == ["off"]


TITLES = st.sampled_from(["Kopi", "Ishoma", "Materi 1", "Materi 2", "Apel", "Senam"])
PLAN = st.lists(st.tuples(TITLES, st.integers(0, 4000)), min_size=1, max_size=12, unique=True)


def _plan(rows: list[tuple[str, int]], prefix: str) -> Agenda:
    base = session("", "2025-11-04 00:00")
    return agenda(
        *(
            replace(
                base,
                id=f"{prefix}{n}",
                title=title,
                start=base.start + timedelta(minutes=m),
                end=base.end + timedelta(minutes=m),
            )
            for n, (title, m) in enumerate(rows)
        )
    )


@settings(derandomize=True, max_examples=150)
@given(PLAN, PLAN)
def test_no_session_is_lost_or_doubled_and_no_id_is_used_twice(
    before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    old, new = _plan(before, "o"), _plan(after, "n")
    found = adopt(old, new)
    assert sorted((s.title, s.start) for s in found.sessions) == sorted(
        (s.title, s.start) for s in new.sessions
    )
    assert len(set(ids(found))) == len(new.sessions)
    for title in {t for t, _ in before} & {t for t, _ in after}:
        kept = [s for s in found.sessions if s.title == title and old.find(s.id)]
        count = min(sum(t == title for t, _ in rows) for rows in (before, after))
        assert len(kept) == count


@settings(derandomize=True, max_examples=50)
@given(PLAN)
def test_the_same_schedule_again_changes_nothing(rows: list[tuple[str, int]]) -> None:
    old = _plan(rows, "o")
    assert not diff(old, adopt(old, _plan(rows[::-1], "n")))
