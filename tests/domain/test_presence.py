"""Codes that prove that one is in the room."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import invites, presence
from bot.domain.presence import Call
from tests.builders import session

SECRET = b"secret"
AT = datetime(2025, 11, 5, 7, 3, tzinfo=UTC)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@settings(derandomize=True, max_examples=100)
@given(instants, st.floats(0, 300))
def test_digits_hold_for_their_window_and_the_next(at: datetime, later: float) -> None:
    facts = {"event_id": "e", "call_id": "abcdefgh"}
    digits = presence.digits(SECRET, at=at, **facts)
    assert len(digits) == 4 and digits.isdecimal()
    after = at + timedelta(seconds=later)
    assert presence.right_digits(digits, SECRET, at=after, **facts)


@settings(derandomize=True, max_examples=100)
@given(instants)
def test_a_scan_code_is_a_start_parameter_and_no_invite(at: datetime) -> None:
    code = presence.scan_code(SECRET, event_id="e", call_id="abcdefgh-123456789", at=at)
    assert len(code) <= 64
    assert presence.call_of_scan(code) == "abcdefgh-123456789"
    assert invites.person_of(code) is None
    assert presence.right_scan(code, SECRET, event_id="e", at=at)
    assert not presence.right_scan(code, SECRET, event_id="f", at=at)
    assert not presence.right_scan(code, b"other", event_id="e", at=at)
    assert not presence.right_scan(code, SECRET, event_id="e", at=at + timedelta(minutes=2))
    assert not presence.right_scan(code, SECRET, event_id="e", at=at - timedelta(minutes=1))


@settings(derandomize=True, max_examples=200)
@given(st.text(max_size=70))
def test_anything_else_is_no_scan_code(text: str) -> None:
    assert not presence.right_scan(text, SECRET, event_id="e", at=AT)


def test_digits_differ_by_roll_call_and_window() -> None:
    found = {
        presence.digits(SECRET, event_id="e", call_id=call, at=AT + n * presence.SPOKEN)
        for call in ("aaaaaaaa", "bbbbbbbb")
        for n in range(20)
    }
    assert len(found) > 35


def test_a_roll_call_ends_by_itself_and_can_be_opened_again() -> None:
    talk = session("a", "2025-11-05 14:00", 60)
    call = Call(talk.ref, talk.start - timedelta(hours=3), session=talk)
    assert call.since == talk.start - timedelta(hours=1)
    assert call.is_open(talk.end + timedelta(minutes=29))
    assert not call.is_open(talk.end + timedelta(minutes=30))
    again = Call(talk.ref, talk.end + timedelta(hours=1), session=talk)
    assert again.is_open(again.opened_at)
    assert not call.is_late(talk.start + timedelta(minutes=15))
    assert call.is_late(talk.start + timedelta(minutes=16))
