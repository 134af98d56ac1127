"""Titles and links of materials, as organizers type them; what is too large."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.files import File, Refusal
from bot.domain.materials import LARGEST, link_of, title_of


@pytest.mark.parametrize(
    ("typed", "title", "address"),
    [
        ("https://contoh.go.id/a", "contoh.go.id", "https://contoh.go.id/a"),
        ("Paparan: http://www.contoh.id/a?b=1.", "Paparan", "http://www.contoh.id/a?b=1"),
        ("Rekaman sesi\nhttps://video.id/x", "Rekaman sesi", "https://video.id/x"),
        ("(lihat https://contoh.id/a)", "lihat", "https://contoh.id/a"),
        ("http://[salah https://benar.id", "http://[salah", "https://benar.id"),
    ],
)
def test_the_words_around_a_link_are_its_title(typed: str, title: str, address: str) -> None:
    assert link_of(typed) == (title, address)


@pytest.mark.parametrize("typed", ["", "nanti", "ftp://a.id", "https://", "http://localhost/x"])
def test_words_without_a_link_are_none(typed: str) -> None:
    assert link_of(typed) is None


@given(st.text())
def test_any_text_is_read_and_a_title_always_fits_a_line(typed: str) -> None:
    for words in (typed, f"{typed} https://contoh.id/{typed}"):
        found = link_of(words)
        assert found is None or (found[0] and len(found[0]) <= 80 and "\n" not in found[0])
    assert title_of(typed, fallback="x")


def test_up_to_fifty_megabytes_are_taken_but_no_program_of_any_size() -> None:
    def refusal(name: str, size: int) -> Refusal | None:
        return File("document", "f", name, "application/pdf", size).refusal_above(LARGEST)

    assert refusal("a.pdf", LARGEST) is None
    assert refusal("a.pdf", LARGEST + 1) is Refusal.TOO_LARGE
    assert refusal("a.exe", 1) is Refusal.PROGRAM
