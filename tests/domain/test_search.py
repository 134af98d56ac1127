"""Words as the search compares them, and the place in a text that it shows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import search


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rapat RPJMD, 2025!", ["rapat", "rpjmd", "2025"]),
        ("antar-OPD", ["antar", "opd"]),
        ("a_b", ["a", "b"]),
        ("Café cafe\u0301 ＡＢＣ ﬁn", ["cafe", "cafe", "abc", "fin"]),
        ("שָׁלוֹם עולם", ["שלום", "עולם"]),
        ("ﷺ", ["صلىاللهعليهوسلم"]),
        ("🙏 — … ()", []),
        ("x" * 99, ["x" * 40]),
        ("", []),
    ],
)
def test_words_are_letters_and_digits_without_case_and_accents(
    text: str, expected: list[str]
) -> None:
    assert search.words(text) == expected


def test_a_question_keeps_each_word_once_and_not_too_many() -> None:
    assert search.asked("Dana dana DANA desa") == ["dana", "desa"]
    assert len(search.asked(" ".join(f"kata{n}" for n in range(99)))) == search.MOST_WORDS


def test_a_beginning_fits_from_three_letters_on() -> None:
    assert search.fits("anggaran", "ang")
    assert not search.fits("anggaran", "an")
    assert search.fits("an", "an")
    assert not search.fits("ang", "anggaran")


def test_all_words_must_be_there_and_whole_ones_count_more() -> None:
    assert search.score(search.hay("dana desa"), ["dana", "kota"]) == 0
    whole, part = (search.score(search.hay(text), ["dana"]) for text in ("dana", "danau"))
    assert whole > part > 0


def test_the_passage_shows_where_most_of_the_words_stand_together() -> None:
    text = "dana. " + "lain " * 100 + "dana untuk desa" + " lagi" * 100
    pieces = search.passage(text, ["dana", "desa"], width=60)
    shown = "".join(piece.text for piece in pieces)
    assert "dana untuk desa" in shown
    assert [piece.text for piece in pieces if piece.found] == ["dana", "desa"]
    assert shown.startswith("…") and shown.endswith("…")
    assert len(shown) <= 62


def test_without_words_the_passage_is_the_beginning_on_one_line() -> None:
    assert search.passage("satu\n\n dua\ttiga", [], width=50) == [search.Piece("satu dua tiga")]


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=400), st.text(max_size=40), st.integers(20, 200))
def test_any_text_and_any_words_give_a_passage_of_the_text(
    text: str, words: str, width: int
) -> None:
    wanted = search.asked(words)
    pieces = search.passage(text, wanted, width=width)
    shown = "".join(piece.text for piece in pieces)
    assert len(shown) <= width + 2
    flat = " ".join(text.split())
    assert " ".join(shown.strip("…").split()) in flat or "…" in text
    for piece in pieces:
        if piece.found:
            assert any(search.fits(word, one) for word in search.words(piece.text)
                       for one in wanted)  # fmt: skip


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_words_hold_nothing_that_an_index_could_mistake_for_syntax(text: str) -> None:
    for word in search.words(text):
        assert word and len(word) <= 40
        assert all(letter.isalnum() for letter in word)
        assert word.isascii() is False or word == word.lower()
    assert search.words(" ".join(search.words(text))) == search.words(text)
