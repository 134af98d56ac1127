"""Checks of the goals that commitments can be linked to."""

import pytest

from bot.domain.agenda import Goal
from bot.store.agenda_file import AgendaFileError, parse_agenda
from bot.texts.catalogue import LANGUAGES
from bot.texts.problems import problem_line

EVENT = """\
event:
  name: Orientasi
  timezone: Asia/Jakarta
  start: 2025-11-04
  end: 2025-11-04
  goals:
{goals}
sessions:
  - {{id: a, title: A, start: 2025-11-04 08:00, end: 2025-11-04 09:00}}
"""


def lines(goals: str) -> list[tuple[int | None, str]]:
    """Line and code of everything found."""
    content = EVENT.format(goals="\n".join(f"    {line}" for line in goals.splitlines())).encode()
    try:
        found = parse_agenda(content)[1]
    except AgendaFileError as error:
        found = error.problems
    for language in LANGUAGES:
        assert all("{" not in problem_line(each, language) for each in found)
    return [(each.line, each.code) for each in found]


def test_lists_with_and_without_ids_are_read() -> None:
    goals = (
        "    - {title: Misi, items: {m-1: Satu, m-2: Dua}}\n    - {title: Rencana, items: [Tiga]}"
    )
    agenda, problems = parse_agenda(EVENT.format(goals=goals).encode())
    assert problems == ()
    assert agenda.event.goals == (
        Goal("m-1", "Satu", "Misi"),
        Goal("m-2", "Dua", "Misi"),
        Goal("tiga", "Tiga", "Rencana"),
    )


@pytest.mark.parametrize(
    ("goals", "expected"),
    [
        (
            "- title: A\n  items:\n    x: Satu\n- title: B\n  items:\n    x: Dua",
            (12, "duplicate_id"),
        ),
        ("- title: A\n  items:\n    - Satu dua\n    - satu DUA", (10, "duplicate_goal")),
        ("- title: A\n  items: []", (7, "goals_empty")),
        ("- title: A\n  items: {}", (7, "goals_empty")),
        (f"- title: A\n  items:\n    x: {'x' * 301}", (9, "too_long")),
        (f"- title: A\n  items:\n    {'x' * 81}: Satu", (9, "too_long")),
        (f"- title: {'x' * 101}\n  items: [Satu]", (7, "too_long")),
        ("- title: A\n  items:\n    x: ' '", (9, "empty")),
        ("- title: A", (7, "missing")),
        ("- Satu", (7, "not_mapping")),
    ],
)
def test_every_mistake_is_told_with_its_line(goals: str, expected: tuple[int, str]) -> None:
    assert lines(goals) == [expected]
