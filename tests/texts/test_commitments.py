"""Commitments as messages: within Telegram's limits, in both languages, whatever they say."""

from dataclasses import replace
from datetime import date, timedelta
from struct import unpack_from
from types import SimpleNamespace
from typing import Any

import pytest

from bot.documents import progress_picture
from bot.domain.agenda import Goal
from bot.domain.commitments import LIMITS, Part, Sheet, Standing
from bot.domain.follow_ups import due_choices
from bot.rehearsal.api.text.formatted import formatted
from bot.texts import commitment_sheets as sheets
from bot.texts import commitments as texts
from bot.texts import follow_ups, progress, shared_commitments
from bot.texts.catalogue import LANGUAGES
from bot.texts.rendered import MESSAGE_LIMIT, Rendered
from tests.builders import agenda, local, session

TODAY = date(2025, 12, 8)
NASTY = 'R&D <b> "A" & Co. 🙏 '
GOALS = tuple(
    Goal(f"{source}-{n}", (NASTY * 15).strip(), f"{source} {NASTY.strip()}")
    for source in "ab"
    for n in range(1, 11)
)
PLACE = agenda(session("a", "2025-11-04 08:00"), goals=GOALS)
KEY = "m" + "9" * 18


def commitment(**facts: Any) -> Any:
    known = {
        "id": 999_999_999,
        "what": (NASTY * 99)[: LIMITS[Part.WHAT]].strip(),
        "partner": (NASTY * 99)[: LIMITS[Part.PARTNER]].strip(),
        "first_step": (NASTY * 99)[: LIMITS[Part.STEP]].strip(),
        "goal_id": GOALS[0].id,
        "due_on": TODAY - timedelta(days=3),
        "standing": Standing.UNDER_WAY,
        "shared": True,
        "ask_on": TODAY,
    }
    return SimpleNamespace(**(known | facts))


def sheet() -> Sheet:
    full = commitment()
    return Sheet(KEY, full.what, full.partner, full.due_on, full.first_step, full.goal_id)


def everything(language: str) -> list[Rendered]:
    """Every message there is, as full as it can be and as empty."""
    full, bare = commitment(), commitment(partner="", first_step="", goal_id=None, shared=False)
    standings = [standing for standing in Standing for _ in range(10)]
    own = [commitment(id=10**8 + n, standing=each) for n, each in enumerate(standings)]
    drafts = [(f"{KEY[:-1]}{n}", NASTY * 60) for n in range(4)]
    names = [f"{NASTY * 5}{n}" for n in range(60)]
    shared = [
        shared_commitments.SharedLine(each, (NASTY * 3).strip(), (NASTY * 14).strip())
        for each in own
    ]
    hidden = dict.fromkeys(Standing, 1000)
    blank = replace(sheet(), partner=None, due_on=None)

    def listed(lines: list[shared_commitments.SharedLine], page: int) -> Rendered:
        return shared_commitments.listing(
            language, lines, hidden=4000, hidden_by=hidden, page=page, today=TODAY
        )

    return [
        texts.none(PLACE, language, drafts),
        *(texts.listing(language, own, drafts=drafts, page=n, today=TODAY) for n in range(9)),
        texts.listing(language, own[:1], drafts=(), page=5, today=TODAY),
        *(
            texts.card(PLACE, language, each, said_at=said, remark=remark, today=TODAY)
            for each, said, remark in (
                (full, local("2025-12-01 09:00"), (NASTY * 20).strip()),
                (bare, None, ""),
            )
        ),
        follow_ups.follow_up(PLACE, language, own, mark=90, today=TODAY),
        follow_ups.follow_up(PLACE, language, [full], mark=None, today=TODAY),
        texts.ask_why(language, full.id),
        texts.ask_share(language, full),
        follow_ups.snoozed(language, TODAY),
        texts.deleted(language, full),
        *(listed(shared, n) for n in range(6)),
        listed([], 0),
        sheets.ask_what(language),
        sheets.new_what(language, sheet()),
        *(sheets.ask_partner(language, blank, names, page=n) for n in (0, 3, 99)),
        sheets.ask_partner(language, blank, []),
        sheets.ask_due(language, sheet(), due_choices(PLACE.event, PLACE.event.start)),
        sheets.ask_step(language, sheet()),
        sheets.ask_goal(PLACE, language, sheet()),
        *(sheets.ask_goal_of(PLACE, language, sheet(), source=n, page=n) for n in (0, 1, 9)),
        sheets.summary(PLACE, language, sheet(), today=TODAY),
        sheets.choose_part(PLACE, language, replace(sheet(), key="c" + "9" * 18), today=TODAY),
        sheets.ask_discard(language, sheet()),
        sheets.discarded(language),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_html_that_telegram_takes(language: str) -> None:
    for shown in everything(language):
        plain = formatted(shown.html, "HTML", None)
        assert 0 < len(plain.text) <= MESSAGE_LIMIT
        assert "\n\n\n" not in plain.text
        assert "{" not in plain.text
        assert "&amp;" not in plain.text
        assert all(line == line.rstrip() for line in shown.html.splitlines()), shown.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_fits_and_none_stands_twice(language: str) -> None:
    for shown in everything(language):
        buttons = [button for row in shown.buttons for button in row]
        assert all(0 < len((button.data or "").encode()) <= 64 for button in buttons)
        assert all(0 < len(button.text) <= 64 for button in buttons)
        assert not any("&amp;" in button.text for button in buttons)
        assert len({button.data for button in buttons}) == len(buttons)
        assert all(len(row) <= 8 for row in shown.buttons)


def test_days_away_are_told_in_words() -> None:
    def words(days: int, language: str) -> str:
        return texts.when_words(TODAY + timedelta(days=days), language, TODAY)

    assert [words(n, "id") for n in (-1, 0, 1, 7)] == [
        "lewat 1 hari",
        "hari ini",
        "besok",
        "7 hari lagi",
    ]
    assert [words(n, "en") for n in (-2, -1, 0, 1, 7)] == [
        "2 days overdue",
        "1 day overdue",
        "today",
        "tomorrow",
        "in 7 days",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_is_as_wide_as_a_phone_and_shows_what_its_caption_says(language: str) -> None:
    own = [commitment(due_on=TODAY + timedelta(days=n)) for n in range(7)]
    own.append(commitment(standing=Standing.DONE))
    drawn = progress.picture(language, own, today=TODAY)
    assert drawn.middle == "1/8"
    assert [part.count for part in drawn.parts] == [0, 7, 1, 0]
    assert len(drawn.rows) == 4
    assert "3" in drawn.more
    assert "&amp;" not in drawn.rows[0].what
    picture = progress_picture.png(drawn)
    assert picture.startswith(b"\x89PNG")
    wide, high = unpack_from(">II", picture, 16)
    assert wide == 1080
    assert wide + high < 10_000
    caption = formatted(progress.caption(language, own, today=TODAY), "HTML", None).text
    assert len(caption) <= 1024
    for part in drawn.parts:
        assert (f"{part.label} {part.count}" in caption) is bool(part.count)


def test_a_picture_of_finished_ones_alone_names_no_date() -> None:
    own = [commitment(standing=Standing.DONE)]
    assert progress.picture("id", own, today=TODAY).rows == ()
    assert "Tenggat" not in progress.caption("id", own, today=TODAY)
