"""Polls: read from lines of text; breakdowns point at nobody."""

import pytest

from bot.domain import polls
from bot.domain.polls import Fault, State, View, Wording

READ = [
    ("Pas?\nYa\nTidak", Wording("Pas?", ("Ya", "Tidak"))),
    ("\n  Pas  sekali? \n\n1. Ya\n2) Tidak\n", Wording("Pas sekali?", ("Ya", "Tidak"))),
    ("Pilih\n- satu\n• dua\n* tiga", Wording("Pilih", ("satu", "dua", "tiga"))),
    ("Pilih\na. satu\n(b) dua", Wording("Pilih", ("satu", "dua"))),
    ("Jam?\n08.00\n09.30", Wording("Jam?", ("08.00", "09.30"))),
    ("1. Pertama?\nYa\nTidak", Wording("1. Pertama?", ("Ya", "Tidak"))),
    ("Berapa?\n5\n10 orang", Wording("Berapa?", ("5", "10 orang"))),
    ("", Fault.FEW),
    ("Pas?\nYa", Fault.FEW),
    ("Pas?\nYa\nya", Fault.TWICE),
    ("Pas?\nYa\n-", Wording("Pas?", ("Ya", "-"))),
    ("?" * 301 + "\nYa\nTidak", Fault.LONG_QUESTION),
    ("Pas?\nYa\n" + "x" * 81, Fault.LONG_OPTION),
    ("Pas?\n" + "\n".join(map(str, range(11))), Fault.MANY),
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_a_poll_is_read_from_lines(text: str, expected: Wording | Fault) -> None:
    assert polls.read(text) == expected


def test_shares_are_of_people_not_of_votes() -> None:
    view = View(1, "?", ("a", "b"), State.OPEN, True, (3, 1), 4)
    assert [view.share(0), view.share(1)] == [0.75, 0.25]
    assert View(1, "?", ("a",), State.OPEN, False, (0,), 0).share(0) == 0


def test_groups_of_fewer_than_five_are_not_told_and_cannot_be_worked_out() -> None:
    votes = [(n, n % 2) for n in range(6)] + [(10 + n, 0) for n in range(5)] + [(20, 1)]
    groups = {person: "A" if person < 10 else "B" if person < 20 else None for person, _ in votes}
    found = polls.by_group(votes, groups, options=2)
    shown = {group.name: group.counts for group in found}
    assert shown == {"A": (3, 3), "B": None, None: None}
    assert [group.voters for group in found] == [6, 5, 1]


def test_who_chose_several_is_one_person_of_the_group() -> None:
    votes = [(n, option) for n in range(4) for option in (0, 1)]
    (group,) = polls.by_group(votes, dict.fromkeys(range(4), "A"), options=2)
    assert (group.voters, group.counts) == (4, None)
