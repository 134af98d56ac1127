"""Invite codes: nobody guesses one, a new generation ends the old, anything typed is safe."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain import invites

SECRET = b"a secret of the event"
PEOPLE = st.integers(1, 10**12)


def code(person: int, generation: int = 1, *, secret: bytes = SECRET, event: str = "e") -> str:
    return invites.code(secret, event_id=event, person_id=person, generation=generation)


@settings(derandomize=True, max_examples=100)
@given(person=PEOPLE, generation=st.integers(1, 1000))
def test_a_code_is_a_start_parameter_that_names_its_person(person: int, generation: int) -> None:
    made = code(person, generation)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", made)
    assert invites.person_of(made) == person
    assert invites.matches(made, code(person, generation))


def test_codes_hold_at_least_128_bits_that_only_the_secret_gives() -> None:
    mac = code(7).partition("-")[2]
    assert len(mac) * 6 >= 128
    others = {code(7, 2), code(8), code(7, event="f"), code(7, secret=b"another")}
    assert len({each.partition("-")[2] for each in others} | {mac}) == 5
    assert not any(invites.matches(code(7), other) for other in others)


@settings(derandomize=True, max_examples=300)
@given(st.text(max_size=80))
def test_whatever_is_typed_claims_a_number_a_database_can_hold_or_nobody(text: str) -> None:
    person = invites.person_of(text)
    assert person is None or 0 <= person < 2**63
    assert not invites.matches(text, code(1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "1-",
        "-abc",
        "zz-abc",
        "0x1-abc",
        "+1-abc",
        " 1-abc",
        "1_0-abc",
        "1-" + "a" * 63,
        "f" * 60 + "-a",
        "１-abc",
        "1-ä",
    ],
)
def test_what_is_no_code_claims_nobody(text: str) -> None:
    assert invites.person_of(text) is None


def test_the_link_opens_the_bot_with_the_code() -> None:
    made = code(3)
    assert invites.link("some_bot", made) == f"https://t.me/some_bot?start={made}"
