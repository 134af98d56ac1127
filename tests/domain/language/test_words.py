"""Reading single words and rows of words."""

import pytest

from bot.domain.agenda import Agenda
from bot.domain.language.index import index_of
from bot.domain.language.lexicon import SPELLINGS
from bot.domain.language.spelling import Spelling
from bot.domain.language.tokens import CLOCK, DATE, NUMBER, clean, tokenize

_SPELLING = Spelling(
    {"keakraban", "penyusunan", "wirausaha"}, [("asta", "cita"), ("kunjungan", "lapangan")],
    {"rme": ("rekam", "medis", "elektronik")},
)  # fmt: skip


def _words(text: str) -> list[str]:
    return [token.word for token in tokenize(clean(text), _SPELLING)]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("bsk", "besok"),
        ("besoook", "besok"),
        ("acaranya", "acara"),
        ("kapankah", "kapan"),
        ("ngendi", "dimana"),
        ("tomorrow", "besok"),
        ("keakrban", "keakraban"),
        ("kekaraban", "keakraban"),
        ("wirusaha", "wirausaha"),
        ("pnysunan", "penyusunan"),
        ("keakraban", "keakraban"),
    ],
)
def test_a_word_is_read(typed: str, read: str) -> None:
    assert _SPELLING.read(typed).text == read


@pytest.mark.parametrize(
    "typed", ["cara", "lupa", "siap", "orang", "malas", "uang", "hati", "kami", "juara", "badai"]
)
def test_a_word_that_means_something_else_is_not_corrected(typed: str) -> None:
    word = _SPELLING.read(typed)
    assert word.exact
    assert word.text == SPELLINGS.get(typed, typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("astacita", ("asta", "cita")),
        ("kunlap", ("kunjungan", "lapangan")),
        ("rme", ("rekam", "medis", "elektronik")),
        ("makrab", ("malam", "keakraban")),
        ("kunci", None),
        ("keakraban", None),
    ],
)
def test_one_word_may_stand_for_several(typed: str, words: tuple[str, ...] | None) -> None:
    assert _SPELLING.several(typed) == words


@pytest.mark.parametrize("typed", ["xyz", "qq", "jm2", "bsj"])
def test_short_words_are_never_guessed(typed: str) -> None:
    assert not _SPELLING.read(typed).known


def test_signs_that_carry_meaning_are_kept() -> None:
    tokens = tokenize("jam 7.30 tgl 5/11, ke-2 09.00-10.30", _SPELLING)
    assert [t.word for t in tokens] == [
        "jam", CLOCK, "tanggal", DATE, NUMBER, CLOCK, CLOCK,
    ]  # fmt: skip
    assert (tokens[1].value, tokens[3].value) == ((7, 30), (5, 11, 0))
    assert (tokens[4].number, tokens[4].ordinal) == (2, True)
    assert tokens[6].gap == "-"


@pytest.mark.parametrize(
    ("text", "number"),
    [("dua belas", 12), ("sebelas", 11), ("dua puluh lima", 25), ("ketiga", 3), ("wolu", 8)],
)
def test_number_words_are_numbers(text: str, number: int) -> None:
    (token,) = tokenize(text, _SPELLING)
    assert token.number == number


def test_what_belongs_together_is_one_word() -> None:
    assert _words("makan siang di mana") == ["makan_siang", "dimana"]
    assert _words("coffee break") == ["rehat"]
    assert _words("apa2 astacita") == ["apa", "asta", "cita"]


def test_positions_point_into_the_cleaned_text() -> None:
    text = clean("  Ｂesok   pagi!")
    tokens = tokenize(text, _SPELLING)
    assert [text[t.start : t.end] for t in tokens] == ["Besok", "pagi"]


def test_an_agendas_words_are_gathered_once(magelang: Agenda) -> None:
    assert index_of(magelang) is index_of(magelang)
