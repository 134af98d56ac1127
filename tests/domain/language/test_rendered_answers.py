"""Answers in words: the fact first, the source last, both languages, within the limits."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.agenda import Agenda, Event, Session
from bot.domain.answers import answer
from bot.domain.language import understand
from bot.texts.answers import day_list, render, session_card
from bot.texts.rendered import MESSAGE_LIMIT, Rendered
from tests.questions.agendas import agenda
from tests.questions.scoring import AGENDAS


def _say(text: str, held: Agenda, now: datetime, language: str = "id") -> Rendered:
    return render(answer(understand(text, held, now), held, now), held, language)


def _data(rendered: Rendered) -> list[str | None]:
    return [button.data for row in rendered.buttons for button in row]


def test_the_fact_is_in_the_first_line(magelang: Agenda, first_morning: datetime) -> None:
    said = _say("penutupan di mana", magelang, first_morning).html.split("\n")
    assert said[0] == "Tempat: <b>Aula Utama</b>"
    assert said[1] == "<b>Upacara Penutupan</b>"


def test_the_source_is_in_the_last_line(magelang: Agenda, first_morning: datetime) -> None:
    changed = datetime(2025, 11, 3, 9, 20, tzinfo=UTC)
    third = Agenda(replace(magelang.event, example=False), magelang.sessions, 3, changed)
    said = _say("acara besok", third, first_morning).html
    assert said.endswith("<i>Rundown versi 3, diubah Sen, 3 Nov 16.20 WIB</i>")
    assert _say("acara besok", magelang, first_morning).html.endswith(
        "<i>Contoh rundown versi 1</i>"
    )


def test_a_day_is_listed_line_by_line_with_the_days_beside_it(
    magelang: Agenda, first_morning: datetime
) -> None:
    said = day_list(magelang, date(2025, 11, 5), "id", first_morning)
    assert "<b>07.30–08.00</b> Apel Pagi · Lapangan" in said.html.split("\n")
    assert _data(said) == ["d:2025-11-04", "d:2025-11-06"]


def test_what_the_rundown_does_not_say_can_be_asked_with_one_tap(
    magelang: Agenda, first_morning: datetime
) -> None:
    said = _say("siapa narasumber registrasi", magelang, first_morning)
    assert said.html.startswith("Narasumbernya belum tercantum di rundown.")
    assert _data(said) == ["tanya"]


def test_candidates_are_buttons_of_their_cards(magelang: Agenda, first_morning: datetime) -> None:
    said = _say("simulasi di mana", magelang, first_morning)
    wanted = [f"s:{s.ref}" for s in magelang.sessions if "Simulasi" in s.title]
    assert _data(said) == wanted
    assert all(len(data or "") <= 64 for data in _data(said))


def test_titles_are_escaped() -> None:
    start = datetime(2026, 5, 4, 9, tzinfo=UTC)
    session = Session("a", "Tanya <b>&</b> Jawab", start, start + timedelta(hours=1), room="R&D")
    held = Agenda(Event("e", "A & B", "UTC", start.date(), start.date()), (session,))
    card = session_card(held, session, "id", start)
    assert "<b>Tanya &lt;b&gt;&amp;&lt;/b&gt; Jawab</b>" in card.html
    assert "R&amp;D" in day_list(held, start.date(), "en", start).html


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", AGENDAS)
def test_the_longest_answers_fit_into_one_message(name: str, language: str) -> None:
    held = agenda(name)
    now = held.sessions[0].start
    asked = ("jadwal lengkap", "acara hari ini", "siapa saja pembicara hari ini", "besok bawa apa",
             "sekarang apa", "ngawur", "tanggal 1 januari ada apa")  # fmt: skip
    for text in asked:
        said = _say(text, held, now, language)
        assert 0 < len(said.html) <= MESSAGE_LIMIT
        assert said.html.count("<b>") == said.html.count("</b>")


def test_a_cancelled_session_is_not_told_as_if_it_came() -> None:
    library = agenda("library")
    now = datetime(2027, 9, 21, 8, tzinfo=UTC)
    said = _say("workshop buletin jadi tidak", library, now).html.split("\n")
    assert said[0] == "<b>Dibatalkan</b>, semula tercantum:"
    assert "Workshop Penulisan Buletin" in said[1]
    english = _say("workshop buletin jadi tidak", library, now, "en").html
    assert english.startswith("<b>Cancelled</b>")
