"""Whatever is typed gets an answer, quickly, and noise does not make it a wrong one."""

import random
import time
from datetime import datetime

from hypothesis import example, given, seed, settings
from hypothesis import strategies as st

from bot.domain.agenda import Agenda
from bot.domain.answers import Answer, answer
from bot.domain.language import Slots, understand
from bot.texts.answers import render
from tests.questions.agendas import agenda

_MAGELANG = agenda("magelang")
_NOW = datetime.fromisoformat("2025-11-04T09:30+07:00")
_VOCABULARY = (
    "besok jam 7 setengah 7.30 5/11 lagi minggu depan habis sebelum ini itu apa siapa dimana "
    "kapan simulasi 2 makan siang malam pak ? ke-2 hari tanggal sampai 99 31/2 berapa sekarang "
    "terus yang kedua kalau penutupan pukul kurang lewat seperempat dan november wali kota "
    "ruang a sesi"
)
_WORDS = st.sampled_from(_VOCABULARY.split())


def _ask(text: str, held: Agenda = _MAGELANG, slots: Slots | None = None) -> Answer:
    return answer(understand(text, held, _NOW, slots), held, _NOW)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text(max_size=4096))
@example("\u0000")
@example("İ" * 4096)
@example("besok " * 700)
@example("１２.３０ ²³ ½ ٣")
@example("jam 0 jam 24 jam 25 24.00 24:59 32/13 0/0 99-99-9999 0000-00-00")
def test_any_text_is_answered_within_50_ms(text: str) -> None:
    began = time.thread_time()
    found = _ask(text)
    assert time.thread_time() - began < 0.5  # ten times the promise
    assert render(found, _MAGELANG, "id").html


@settings(max_examples=400, derandomize=True, deadline=None)
@given(st.lists(st.lists(_WORDS, max_size=9), min_size=1, max_size=4))
def test_any_row_of_known_words_is_answered_in_a_dialogue(messages: list[list[str]]) -> None:
    slots = None
    for words in messages:
        found = _ask(" ".join(words), slots=slots)
        slots = Slots.from_dict(found.slots.to_dict())
        assert render(found, _MAGELANG, "en").html


_CLEAR = {
    "penutupan jam berapa": "d4-penutupan",
    "pembukaan di mana": "d1-pembukaan",
    "siapa pemateri kewirausahaan": "d1-kewirausahaan",
    "malam keakraban kapan": "d3-keakraban",
    "registrasi sampai jam berapa": "d1-registrasi",
    "presentasi kelompok di mana": "d4-presentasi",
    "kapan kepulangan": "d4-kepulangan",
    "simulasi 3 jam berapa": "d3-simulasi-3",
}


def _noisy(text: str, chance: random.Random) -> str:
    """One long word loses a vowel, or two of its letters change places."""
    words = text.split()
    at = chance.choice([i for i, word in enumerate(words) if len(word) > 6])
    word = words[at]
    k = chance.randrange(1, len(word) - 1)
    vowels = [i for i, letter in enumerate(word) if letter in "aeiou" and i]
    if chance.random() < 0.5 and vowels:
        drop = chance.choice(vowels)
        words[at] = word[:drop] + word[drop + 1 :]
    else:
        words[at] = word[:k] + word[k + 1] + word[k] + word[k + 2 :]
    return " ".join(words)


@seed(20251104)
@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.sampled_from(sorted(_CLEAR)), st.integers(0, 10_000))
def test_a_mistyped_word_never_brings_another_session(text: str, draw: int) -> None:
    found = _ask(_noisy(text, random.Random(draw)))
    assert [s.id for s in found.sessions] in ([_CLEAR[text]], [])


def test_most_mistyped_words_are_understood() -> None:
    draws = [(text, random.Random(n)) for text in _CLEAR for n in range(40)]
    right = sum(
        [s.id for s in _ask(_noisy(text, chance)).sessions] == [_CLEAR[text]]
        for text, chance in draws
    )
    assert right >= 0.95 * len(draws)
