"""Invite codes: the personal part of ``https://t.me/<bot>?start=<code>``. Pure.

A code is derived from a secret, so it can be shown again at any time, and it holds a generation
number inside, so that raising the person's generation revokes it. Nothing stored opens the door.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from hashlib import sha256

_MAC_BYTES = 18
"""144 bits; 128 are the least that nobody can guess. 18 bytes make 24 characters unpadded."""
_MAX_LENGTH = 64  # of a start parameter (Bot API, "Deep linking")
_CLAIM = re.compile(r"([0-9a-f]{1,15})-.+")
"""A number that any database can hold, in the one way of writing it."""


def code(secret: bytes, *, event_id: str, person_id: int, generation: int) -> str:
    """The start parameter of a person: at most 64 characters of ``A-Za-z0-9_-``."""
    message = f"{event_id}\0{person_id}\0{generation}".encode()
    mac = hmac.new(secret, message, sha256).digest()[:_MAC_BYTES]
    return f"{person_id:x}-{urlsafe_b64encode(mac).decode()}"


def person_of(text: str) -> int | None:
    """Whom a code claims to be for; only ``matches`` tells whether it is genuine."""
    claim = _CLAIM.fullmatch(text)
    if claim is None or len(text) > _MAX_LENGTH or not text.isascii():
        return None
    return int(claim.group(1), 16)


def matches(text: str, genuine: str) -> bool:
    """Compares in constant time, so that nobody can feel their way to a code."""
    return hmac.compare_digest(text.encode(), genuine.encode())


def link(bot_username: str, start: str) -> str:
    """The address that opens the bot with this start parameter."""
    return f"https://t.me/{bot_username}?start={start}"
