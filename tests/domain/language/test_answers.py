"""Facts of an answer: which sessions, what the rundown does not say, what is remembered."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.agenda import Agenda, Event, Kind, Session
from bot.domain.answers import (
    Answer,
    AnswerKind,
    answer,
    card_answer,
    day_answer,
    next_answer,
    now_answer,
    overview_answer,
)
from bot.domain.language import Intent, Slots, understand
from bot.domain.language.resolved import Reason


def _ask(text: str, agenda: Agenda, now: datetime, slots: Slots | None = None) -> Answer:
    return answer(understand(text, agenda, now, slots), agenda, now)


def _ids(found: Answer) -> list[str]:
    return [session.id for session in found.sessions]


def _event(*sessions: Session) -> Agenda:
    days = [session.start.date() for session in sessions]
    return Agenda(Event("e", "Temu Kader", "UTC", min(days), max(days)), sessions)


def _session(id: str, title: str, start: str, *, minutes: int = 60) -> Session:
    begin = datetime.fromisoformat(f"2026-05-{start}").replace(tzinfo=UTC)
    return Session(id, title, begin, begin + timedelta(minutes=minutes))


def test_a_fact_the_rundown_has_not_is_said_to_be_missing(
    magelang: Agenda, first_morning: datetime
) -> None:
    found = _ask("siapa narasumber registrasi", magelang, first_morning)
    assert _ids(found) == ["d1-registrasi"]
    assert found.empty
    assert found.reason is Reason.UNSAID
    assert found.fields is not None
    assert found.fields.speakers == ()


def test_a_time_outside_the_event_gives_its_dates(
    magelang: Agenda, first_morning: datetime
) -> None:
    found = _ask("tanggal 20 november acara apa", magelang, first_morning)
    assert (found.empty, found.reason, _ids(found)) == (True, Reason.OUTSIDE, [])


def test_a_session_asked_for_another_day_is_told_with_its_own_day(
    magelang: Agenda, first_morning: datetime
) -> None:
    found = _ask("besok penutupan jam berapa", magelang, first_morning)
    assert (_ids(found), found.reason) == (["d4-penutupan"], Reason.OTHER_DAY)


def test_a_prayer_the_agenda_has_not_is_no_other_prayer() -> None:
    agenda = _event(_session("a", "Salat Zuhur", "04 12:00"), _session("b", "Materi", "04 13:00"))
    now = datetime(2026, 5, 4, 8, tzinfo=UTC)
    assert _ids(_ask("salat zuhur jam berapa", agenda, now)) == ["a"]
    missing = _ask("salat isya jam berapa", agenda, now)
    assert (missing.kind, missing.empty, _ids(missing)) == (AnswerKind.ANSWER, True, [])


def test_meals_are_known_from_titles_alone() -> None:
    agenda = _event(
        _session("a", "Sarapan Bersama", "04 07:00"),
        _session("b", "Lunch", "04 12:00"),
        _session("c", "Rehat Kopi", "04 15:00"),
    )
    now = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
    assert _ids(_ask("makan siang jam berapa", agenda, now)) == ["b"]
    assert _ids(_ask("kapan makan", agenda, now)) == ["b"]
    assert _ids(_ask("coffee break jam berapa", agenda, now)) == ["c"]


def test_a_number_must_match() -> None:
    agenda = _event(
        _session("one", "Lokakarya I", "04 09:00"), _session("two", "Lokakarya II", "04 11:00")
    )
    now = datetime(2026, 5, 4, 8, tzinfo=UTC)
    assert _ids(_ask("workshop 2 jam berapa", agenda, now)) == ["two"]
    assert _ids(_ask("lokakarya pertama kapan", agenda, now)) == ["one"]
    other = _ask("workshop 7 jam berapa", agenda, now)
    assert other.kind is AnswerKind.CLARIFY
    assert [session.id for session in other.choices] == ["one", "two"]


def test_repeated_sessions_are_the_one_of_the_day_asked_or_else_the_next(
    magelang: Agenda, first_morning: datetime
) -> None:
    assert _ids(_ask("rehat kopi jam berapa", magelang, first_morning)) == ["d1-kopi-pagi"]
    assert _ids(_ask("rehat kopi lusa jam berapa", magelang, first_morning)) == ["d3-kopi-pagi"]
    evening = first_morning + timedelta(hours=12)
    assert _ids(_ask("rehat kopi jam berapa", magelang, evening)) == ["d2-kopi-pagi"]


def test_a_bare_hour_is_where_the_agenda_has_something() -> None:
    agenda = _event(
        _session("early", "Senam", "04 07:00"),
        _session("talk", "Materi", "04 14:00"),
        _session("late", "Api Unggun", "05 19:00"),
    )
    now = datetime(2026, 5, 4, 6, tzinfo=UTC)
    assert _ids(_ask("jam 7 acara apa", agenda, now)) == ["early"]
    assert _ids(_ask("jam 2 acara apa", agenda, now)) == ["talk"]
    assert _ids(_ask("besok jam 7 acara apa", agenda, now)) == ["late"]


def test_at_most_four_choices_are_offered(magelang: Agenda, first_morning: datetime) -> None:
    found = _ask("simulasi di mana", magelang, first_morning)
    assert found.kind is AnswerKind.CLARIFY
    assert len(found.choices) == 4
    picked = _ask("yang ketiga", magelang, first_morning, found.slots)
    assert (_ids(picked), picked.intent) == (["d3-simulasi-3"], Intent.WHERE)


def test_slots_survive_the_store(magelang: Agenda, first_morning: datetime) -> None:
    kept = _ask("makan siang besok jam berapa", magelang, first_morning).slots
    assert Slots.from_dict(kept.to_dict()) == kept
    assert _ids(_ask("kalau lusa?", magelang, first_morning, kept)) == ["d3-ishoma"]


def test_slots_that_no_longer_fit_the_agenda_do_no_harm(
    magelang: Agenda, first_morning: datetime
) -> None:
    gone = Slots("where", "session", ("gone",), ("gone",), day=date(2025, 11, 4))
    assert _ids(_ask("jam berapa mulainya?", magelang, first_morning, gone)) == ["d1-pembukaan"]


def test_commands_ask_in_the_same_form(magelang: Agenda, first_morning: datetime) -> None:
    day = day_answer(magelang, date(2025, 11, 5), first_morning)
    assert (len(day.sessions), day.empty) == (len(magelang.on_day(date(2025, 11, 5))), False)
    assert day_answer(magelang, date(2025, 12, 1), first_morning).reason is Reason.OUTSIDE
    assert _ids(now_answer(magelang, first_morning)) == ["d1-pembukaan"]
    assert _ids(next_answer(magelang, first_morning)) == ["d1-kopi-pagi"]
    assert overview_answer(magelang, first_morning).overview
    card = card_answer(magelang, magelang.sessions[0], first_morning)
    assert (_ids(card), card.intent) == ([magelang.sessions[0].id], Intent.CARD)


@pytest.mark.parametrize(
    ("hours", "reason"), [(-24, Reason.OUTSIDE), (-0.6, Reason.GAP), (24 * 9, Reason.OVER)]
)
def test_when_nothing_is_on_the_reason_is_told(
    magelang: Agenda, first_morning: datetime, hours: float, reason: Reason
) -> None:
    assert now_answer(magelang, first_morning + timedelta(hours=hours)).reason is reason


def test_an_agenda_without_sessions_answers() -> None:
    agenda = Agenda(Event("e", "Kosong", "UTC", date(2026, 5, 4), date(2026, 5, 4)), ())
    now = datetime(2026, 5, 4, 8, tzinfo=UTC)
    for text in (
        "acara hari ini",
        "sekarang apa",
        "acara dimulai kapan",
        "jadwal lengkap",
        "habis ini apa",
    ):
        assert _ask(text, agenda, now).kind is AnswerKind.ANSWER


def _with_cancelled() -> Agenda:
    gone = replace(_session("gone", "Workshop Buletin", "04T08:00"), cancelled=True)
    early = replace(_session("early", "Senam Pagi", "04T06:00"), cancelled=True)
    return _event(
        gone,
        early,
        _session("stays", "Workshop Katalog", "04T08:00"),
        _session("again", "Senam Pagi", "05T06:00"),
    )


def test_a_session_that_was_cancelled_is_said_to_be() -> None:
    now = datetime(2026, 5, 3, 12, tzinfo=UTC)
    found = _ask("workshop buletin jadi gak", _with_cancelled(), now)
    assert (_ids(found), found.empty, found.reason) == (["gone"], True, Reason.CANCELLED)
    assert found.fields is None


def test_what_takes_place_is_told_before_what_was_cancelled() -> None:
    now = datetime(2026, 5, 3, 12, tzinfo=UTC)
    held = _with_cancelled()
    assert _ids(_ask("workshop jam berapa", held, now)) == ["stays"]
    assert _ids(_ask("senam jam berapa", held, now)) == ["again"]
    besok = _ask("senam besok jam berapa", held, now)
    assert (_ids(besok), besok.reason) == (["early"], Reason.CANCELLED)


def test_of_a_statement_and_a_question_the_question_is_answered() -> None:
    held = _event(_session("a", "Panel", "04T08:00"), _session("b", "Pleno", "04T10:00"))
    now = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
    found = _ask("sy telat, skrg sesi apa yg jalan", held, now)
    assert (found.intent, _ids(found)) == (Intent.NOW, ["a"])
    assert _ask("sy telat, macet sekali", held, now).kind is AnswerKind.FALLBACK


def test_lessons_are_counted_without_breaks() -> None:
    held = _event(
        replace(_session("a", "Sanitasi", "04T08:00"), kind=Kind.TALK),
        replace(_session("b", "Rehat", "04T09:00"), kind=Kind.BREAK),
        replace(_session("c", "Gizi", "04T10:00"), kind=Kind.TALK),
    )
    now = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
    assert _ids(_ask("materi kedua pembicaranya siapa", held, now)) == ["c"]
    assert _ids(_ask("acara kedua apa", held, now)) == ["b"]
    assert _ask("materi kelima apa", held, now).empty


def test_sessions_side_by_side_are_told_together() -> None:
    held = _event(
        _session("a", "Praktik Infus", "04T08:00"),
        _session("b", "Praktik Luka", "04T08:00"),
        _session("c", "Praktik Jahit", "04T19:00"),
    )
    now = datetime(2026, 5, 3, 8, tzinfo=UTC)
    assert _ids(_ask("praktik besok pagi selesai jam berapa", held, now)) == ["a", "b"]
    assert _ask("praktik selesai jam berapa", held, now).kind is AnswerKind.CLARIFY
