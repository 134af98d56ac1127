"""Messages about announcements that must fit, and cells that must be no formulas."""

from datetime import timedelta

import pytest

from bot.domain.outbox import Status
from bot.rehearsal.api.text.formatted import formatted
from bot.texts.announcement_choices import Item, audience_values
from bot.texts.announcement_sheet import safe
from bot.texts.announcements import Outline, progress, report, some
from bot.texts.rendered import MESSAGE_LIMIT

LONG = "Kepala Dinas Komunikasi, Informatika, Statistik & Persandian <Kota> " * 2


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_report_with_hundreds_of_names_still_fits_into_a_message(language: str) -> None:
    missed = (Status.BLOCKED, Status.REFUSED, Status.UNKNOWN, Status.CANCELLED)
    outline = Outline(
        id=1,
        kind="notice",
        title="Judul",
        counts={Status.DELIVERED: 1} | dict.fromkeys(missed, 300),
        names=dict.fromkeys(missed, [LONG] * 300),
    )
    html = report(language, outline, zone="Asia/Jakarta").html
    shown = formatted(html, "HTML", None).text
    assert len(shown) <= MESSAGE_LIMIT
    assert shown.count("300") >= 4


def test_progress_tells_how_long_it_will_take_at_this_pace() -> None:
    counts = {Status.DELIVERED: 9, Status.BLOCKED: 1, Status.PENDING: 20}
    shown = progress("id", 1, counts=counts, open=20, elapsed=timedelta(minutes=2)).html
    assert "▓▓▓▓░░░░░░░░ 10/30" in shown
    assert "Terkirim 9, gagal 1 · kira-kira 4 menit lagi" in shown
    begun = progress("id", 1, counts={Status.PENDING: 3}, open=3, elapsed=timedelta()).html
    assert "0/3" in begun
    assert "kira-kira" not in begun


def test_beyond_forty_names_the_number_tells() -> None:
    assert some(["a"] * 40) == ["a"] * 40
    assert some(["a"] * 45)[-1] == "… +5"


@pytest.mark.parametrize("value", ["=1+1", "+62811", "-5", "@here", "\t=1", "\x00=1"])
def test_no_cell_is_taken_for_a_formula(value: str) -> None:
    assert not safe(value).startswith(("=", "+", "-", "@", "\t", "\r", "\x00"))


def test_plain_words_stay_as_they_are() -> None:
    assert safe("Bappeda – R&D") == "Bappeda – R&D"
    assert safe(None) == ""


@pytest.mark.parametrize("page", [0, 1, 2, 99])
def test_many_audiences_come_in_pages_whose_buttons_fit(page: int) -> None:
    items = [Item("abcdefgh", LONG, n) for n in range(25)]
    shown = audience_values("id", 999_999_999, kind="agency", items=items, page=page)
    data = [button.data or "" for row in shown.buttons for button in row]
    assert len(data) <= 13
    assert all(len(each.encode()) <= 64 for each in data)
