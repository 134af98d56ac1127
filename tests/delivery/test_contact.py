"""Telegram's silence and Telegram's time, taken from its answers."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.delivery.contact import Contact

NOON = datetime(2025, 11, 4, 12, tzinfo=UTC)


class Hands:
    """Both clocks of the machine, which is ``off`` seconds ahead of Telegram."""

    def __init__(self, off: float = 0.0) -> None:
        self.seconds = 0.0
        self.off = off

    def monotonic(self) -> float:
        return self.seconds

    def host(self) -> datetime:
        return self.telegram() + timedelta(seconds=self.off)

    def telegram(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)


def talk(contact: Contact, hands: Hands, times: int, *, step: float = 6.37) -> None:
    for _ in range(times):
        hands.seconds += step
        contact.answered(format_datetime(hands.telegram().replace(microsecond=0), usegmt=True))


@pytest.mark.parametrize("off", [0.0, 2.6, -2.6, 3600.0])
def test_the_clock_is_compared_to_half_a_second(off: float) -> None:
    hands = Hands(off)
    contact = Contact(monotonic=hands.monotonic, host=hands.host)
    talk(contact, hands, 4)
    assert contact.clock_off_s is None, "a few say little"
    talk(contact, hands, 5)
    assert contact.clock_off_s == pytest.approx(off, abs=0.5)


def test_one_answer_that_was_late_says_nothing() -> None:
    hands = Hands()
    contact = Contact(monotonic=hands.monotonic, host=hands.host)
    talk(contact, hands, 8)
    hands.seconds += 10
    contact.answered(format_datetime(hands.telegram() - timedelta(seconds=60), usegmt=True))
    assert contact.clock_off_s == pytest.approx(0, abs=0.5)


def test_a_clock_that_was_set_is_soon_seen() -> None:
    hands = Hands()
    contact = Contact(monotonic=hands.monotonic, host=hands.host)
    talk(contact, hands, 9)
    hands.off = 3600
    talk(contact, hands, 5)
    assert contact.clock_off_s == pytest.approx(3600, abs=0.5)


def test_many_answers_in_a_moment_are_one_sample() -> None:
    hands = Hands()
    contact = Contact(monotonic=hands.monotonic, host=hands.host)
    talk(contact, hands, 50, step=0.01)
    assert contact.clock_off_s is None


@pytest.mark.parametrize("date", [None, "", "yesterday", "Tue, 04 Nov 2025 12:00:00"])
def test_a_date_that_says_nothing_is_left_out(date: str | None) -> None:
    hands = Hands()
    contact = Contact(monotonic=hands.monotonic, host=hands.host)
    for _ in range(9):
        hands.seconds += 6
        contact.answered(date)
    assert contact.clock_off_s is None


def test_silence_lasts_from_the_first_failure_to_the_next_answer() -> None:
    hands = Hands()
    contact = Contact(monotonic=hands.monotonic)
    assert contact.silent_s == 0
    contact.failed()
    hands.seconds += 100
    contact.failed()
    assert contact.silent_s == 100
    contact.answered(None)
    assert contact.silent_s == 0
