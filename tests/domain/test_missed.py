"""Asking what one missed in one's own words; since when."""

from datetime import timedelta

import pytest

from bot.domain.missed import asks, since
from tests.builders import local

NOW = local("2025-11-05 12:00")


@pytest.mark.parametrize(
    "text",
    [
        "apa yang saya lewatkan?",
        "Apa saja yang saya lewatkan",
        "ada info apa saja tadi",
        "Maaf, ada info apa saja tadi?",
        "ada pengumuman apa saja",
        "saya ketinggalan info apa",
        "ada info yang terlewat?",
        "apa yang terlewat tadi?",
        "What did I miss?",
        "did I miss anything",
    ],
)
def test_these_ask_what_was_missed(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "apa yang tadi disampaikan narasumber sangat berharga",
        "saya melewatkan sesi pagi karena rapat",
        "ada info parkir?",
        "jam berapa lewat?",
        "apa yang kita lewatkan selama ini ialah peran kecamatan",
        "ketinggalan bus",
    ],
)
def test_these_do_not(text: str) -> None:
    assert not asks(text)


def test_a_visit_looks_back_to_the_end_of_the_one_before() -> None:
    hour = timedelta(hours=1)
    before = NOW - 5 * hour
    assert since(NOW, seen_at=NOW - hour, seen_before=before) == NOW - hour
    assert since(NOW, seen_at=NOW - hour / 6, seen_before=before) == before
    assert since(NOW, seen_at=None, seen_before=None) == NOW - 24 * hour
    assert since(NOW, seen_at=NOW, seen_before=None) == NOW - 24 * hour
    assert since(NOW, seen_at=NOW + 3 * hour, seen_before=before) == NOW
