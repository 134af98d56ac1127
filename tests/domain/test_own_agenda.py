"""What one person goes to, and where that clashes."""

import gc
from dataclasses import replace

import pytest

from bot.domain.agenda import Agenda, Session
from bot.domain.own_agenda import OwnAgenda, asks
from tests.builders import agenda, session

DAY = "2025-11-05"
GROUPS = agenda(
    session("plenary", f"{DAY} 09:00"),
    session("flood", f"{DAY} 11:00", groups=("Kelompok 1",)),
    session("quake", f"{DAY} 11:30", groups=("Kelompok 2",)),
    session("fire", f"{DAY} 09:30", groups=("Kelompok 3",)),
)
HALLS = agenda(*(session(f"talk{n}", f"{DAY} 09:00", 30 + n) for n in range(6)))


def _pairs(own: OwnAgenda) -> list[tuple[str, str]]:
    return [(c.first.id, c.second.id) for c in own.clashes(own.agenda.sessions)]


def _moved(whole: Agenda, **starts: str) -> Agenda:
    def at(old: Session) -> Session:
        if old.id not in starts:
            return old
        start = session("x", f"{DAY} {starts[old.id]}").start
        return replace(old, start=start, end=start + old.duration)

    return replace(whole, sessions=tuple(at(s) for s in whole.sessions))


def test_what_is_starred_of_other_groups_is_ones_own() -> None:
    own = OwnAgenda(GROUPS, "Kelompok 1", {"quake", "plenary", "not there"})
    assert [s.id for s in own.agenda.sessions] == ["plenary", "flood", "quake"]
    assert [s.id for s in OwnAgenda(GROUPS, None, ()).agenda.sessions] == ["plenary"]


def test_the_same_choice_is_the_same_rundown_and_goes_when_nobody_holds_it() -> None:
    one = GROUPS.for_person("Kelompok 1", ["quake"])
    assert GROUPS.for_person("Kelompok 1", {"quake", "plenary"}) is one
    assert GROUPS.for_person("Kelompok 1", ["plenary"]) is GROUPS.for_group("Kelompok 1")
    del one
    gc.collect()
    assert len(GROUPS._personal) == 0


def test_a_star_over_ones_own_session_is_a_clash() -> None:
    assert _pairs(OwnAgenda(GROUPS, "Kelompok 1", {"quake"})) == [("flood", "quake")]
    assert _pairs(OwnAgenda(GROUPS, "Kelompok 1", {"fire"})) == [("plenary", "fire")]
    assert _pairs(OwnAgenda(GROUPS, "Kelompok 2", {"quake"})) == []


def test_choosing_one_of_several_at_once_is_no_clash_and_choosing_two_is() -> None:
    assert _pairs(OwnAgenda(HALLS, None, {"talk3"})) == []
    assert _pairs(OwnAgenda(HALLS, None, {"talk3", "talk5"})) == [("talk3", "talk5")]
    two = agenda(session("a", f"{DAY} 09:00"), session("b", f"{DAY} 09:00", 90))
    assert _pairs(OwnAgenda(two, None, {"a"})) == []


def test_sessions_that_touch_do_not_clash() -> None:
    two = agenda(session("a", f"{DAY} 09:00"), session("b", f"{DAY} 10:00"))
    assert _pairs(OwnAgenda(two, None, {"a", "b"})) == []


@pytest.mark.parametrize("starred", [(), ("fire",)])
def test_a_change_that_puts_two_own_sessions_at_once_is_told(starred: tuple[str, ...]) -> None:
    after = _moved(GROUPS, flood="09:15")
    was, own = (OwnAgenda(each, "Kelompok 1", starred) for each in (GROUPS, after))
    found = [(c.first.id, c.second.id) for c in own.new_clashes(was)]
    expected = [("plenary", "flood")] + ([("flood", "fire")] if starred else [])
    assert found == expected
    other = [OwnAgenda(each, "Kelompok 2", ()) for each in (GROUPS, after)]
    assert other[1].new_clashes(other[0]) == ()


def test_what_clashed_before_and_what_is_one_of_several_is_not_told_again() -> None:
    starred = {"quake"}
    after = _moved(GROUPS, quake="11:15")
    was, own = (OwnAgenda(each, "Kelompok 1", starred) for each in (GROUPS, after))
    assert own.new_clashes(was) == ()
    after = _moved(HALLS, talk2="09:10")
    was, own = (OwnAgenda(each, None, {"talk1"}) for each in (HALLS, after))
    assert own.new_clashes(was) == ()


def test_a_session_drawn_out_over_two_others_clashes_with_both() -> None:
    before = agenda(*(session(f"s{hour}", f"{DAY} {hour}:00") for hour in (10, 11, 12)))
    first = before.sessions[0]
    longer = replace(first, end=first.end + 2 * first.duration)
    after = replace(before, sessions=(longer, *before.sessions[1:]))
    was, own = OwnAgenda(before, None, ()), OwnAgenda(after, None, ())
    assert [c.second.id for c in own.new_clashes(was)] == ["s11", "s12"]


@pytest.mark.parametrize(
    "words",
    [
        "agenda saya besok",
        "jadwalku hari ini?",
        "bsk jadwal sy apa",
        "my schedule",
        "My own agenda",
    ],
)
def test_ones_own_is_asked_for(words: str) -> None:
    assert asks(words)


@pytest.mark.parametrize("words", ["agenda besok", "jadwal pak sayogo", "my room", "the schedule"])
def test_the_rundown_of_all_is_not_ones_own(words: str) -> None:
    assert not asks(words)
