"""Sessions of groups: who has which in their rundown, and what they are told of."""

from datetime import timedelta

from bot.domain.reminders import Choice, Subscriber, due, next_wake
from bot.store.agenda_file import parse_agenda
from bot.store.event_writer import agenda_text
from tests.builders import agenda, local, session

BOTH = agenda(
    session("a", "2025-11-05 09:00"),
    session("b", "2025-11-05 11:00", groups=("Kelompok 1",)),
    session("c", "2025-11-05 11:00", groups=("Kelompok 2", "Kelompok 3")),
)
EVE = local("2025-11-04 20:00")


def _ids(group: str | None) -> list[str]:
    return [s.id for s in BOTH.for_group(group).sessions]


def test_everybody_has_what_is_for_all_and_what_is_for_their_group() -> None:
    assert _ids("Kelompok 1") == _ids(" kelompok  1") == ["a", "b"]
    assert _ids("Kelompok 3") == ["a", "c"]
    assert _ids(None) == _ids("Kelompok 9") == ["a"]


def test_a_thousand_people_share_a_rundown_for_each_group() -> None:
    views = {id(BOTH.for_group(f"Kelompok {n % 9}")) for n in range(1000)}
    assert len(views) == 4
    plain = agenda(session("a", "2025-11-05 09:00"))
    assert plain.for_group("Kelompok 1") is plain


def _told(kind: str, **facts: object) -> list[str]:
    one = Subscriber(1, Choice(15, EVE), True, True, **facts)  # type: ignore[arg-type]  # tests' own
    now = local("2025-11-05 23:00")
    after, found = EVE, []
    while (at := next_wake(BOTH, [one], after=after)) is not None and at <= now:
        found += [m for m in due(BOTH, [one], after=after, now=at) if m.kind == kind]
        after = at
    return [s.id for message in found for s in message.sessions]


def test_reminders_digests_and_prompts_are_of_ones_own_sessions() -> None:
    for kind in ("reminder", "digest", "prompt"):
        assert _told(kind, group="Kelompok 2") == ["a", "c"], kind
        assert _told(kind) == ["a"], kind
        assert sorted(_told(kind, everything=True)) == ["a", "b", "c"], kind


def test_who_asks_to_be_reminded_of_another_groups_session_is() -> None:
    chosen = {"b": Choice(30, EVE + timedelta(minutes=1))}
    assert sorted(_told("reminder", group="Kelompok 2", by_session=chosen)) == ["a", "b", "c"]


def test_groups_are_written_and_read_back() -> None:
    written = agenda_text(BOTH, comment="", heading=lambda number, day: f"{number} {day}")
    assert "groups: [Kelompok 2, Kelompok 3]" in written
    assert parse_agenda(written.encode())[0].sessions == BOTH.sessions
