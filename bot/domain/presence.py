"""Who is there: when one may check in, and the codes that prove one is in the room. Pure.

A code is derived from the desk's secret, the roll call and a window of time, so that nothing is
stored and an overheard one is soon worthless. The window before is still taken: whoever began to
type or to scan in time is in time.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.domain.agenda import Session

SPOKEN = timedelta(minutes=5)
"""How long the four digits stay the same: time to say them aloud and to type them."""
SCANNED = timedelta(minutes=1)
"""How long the picture on the wall stays the same: scanning takes seconds."""
TRIES = 5
"""Wrong codes of one person in one window: of 10,000, two are right."""
_EARLY = timedelta(minutes=60)
_AFTER = timedelta(minutes=30)
_BOARDING = timedelta(hours=3)
_TOLERANCE = timedelta(minutes=15)
"""Later than this after the start is late: codes are said once everybody sits."""
_MAC = 16
_TYPED = re.compile(r"\s*(\d)\s?(\d)\s?(\d)\s?(\d)\s*", re.ASCII)
_SCAN = re.compile(r"h_([a-z2-7]{8}(?:-\d{1,9})?)_([0-9a-f]{1,10})_([A-Za-z0-9_-]{16})")


class How(StrEnum):
    """How somebody was recorded."""

    CODE = "code"
    QR = "qr"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Call:
    """A roll call: of a session, else of a bus. Instants are UTC; ``closed_at`` None: still open.

    ``id`` fits into button data: the session's reference, or the bus's with a number behind it.
    """

    id: str
    opened_at: datetime
    closed_at: datetime | None = None
    session: Session | None = None
    bus: str | None = None

    @property
    def until(self) -> datetime:
        """When it ends by itself; one that was opened again later gets its time too."""
        if self.session is None:
            return self.opened_at + _BOARDING
        return max(self.session.end, self.opened_at) + _AFTER

    @property
    def since(self) -> datetime:
        """From when one may check in."""
        early = self.session.start - _EARLY if self.session else self.opened_at
        return max(early, self.opened_at)

    def is_open(self, now: datetime) -> bool:
        """Whether nobody has closed it and its time is not over."""
        return self.closed_at is None and self.opened_at <= now < self.until

    def is_late(self, at: datetime) -> bool:
        """Whether somebody recorded at ``at`` came late."""
        return self.session is not None and at > self.session.start + _TOLERANCE


def window(instant: datetime, length: timedelta) -> int:
    """The number of the window of time that ``instant`` lies in."""
    return int(instant.timestamp() // length.total_seconds())


def next_window(instant: datetime, length: timedelta) -> timedelta:
    """How long it is from ``instant`` to the next window."""
    seconds = length.total_seconds()
    return timedelta(seconds=seconds - instant.timestamp() % seconds)


def digits(secret: bytes, *, event_id: str, call_id: str, at: datetime) -> str:
    """The four digits to say aloud at ``at``."""
    return _digits(secret, event_id, call_id, window(at, SPOKEN))


def right_digits(text: str, secret: bytes, *, event_id: str, call_id: str, at: datetime) -> bool:
    """Whether these are the digits of now or of the window before."""
    now = window(at, SPOKEN)
    right = [
        hmac.compare_digest(text.encode(), _digits(secret, event_id, call_id, number).encode())
        for number in (now, now - 1)
    ]
    return any(right)


def scan_code(secret: bytes, *, event_id: str, call_id: str, at: datetime) -> str:
    """The start parameter in the picture at ``at``: at most 64 characters of ``A-Za-z0-9_-``."""
    number = window(at, SCANNED)
    return f"h_{call_id}_{number:x}_{_proof(secret, event_id, call_id, number)}"


def digits_of(words: str | None) -> str | None:
    """Four digits, also with spaces between them; None if it is anything else."""
    found = _TYPED.fullmatch(words or "")
    return "".join(found.groups()) if found else None


def call_of_scan(text: str) -> str | None:
    """Which roll call a start parameter claims to be for; None: it is no such code."""
    claim = _SCAN.fullmatch(text)
    return claim[1] if claim and text.isascii() else None


def genuine_scan(text: str, secret: bytes, *, event_id: str) -> bool:
    """Whether a start parameter was made by us at any time."""
    claim = _SCAN.fullmatch(text)
    if claim is None or not text.isascii():
        return False
    return hmac.compare_digest(claim[3], _proof(secret, event_id, claim[1], int(claim[2], 16)))


def right_scan(text: str, secret: bytes, *, event_id: str, at: datetime) -> bool:
    """Whether a start parameter is genuine and not too old."""
    claim, now = _SCAN.fullmatch(text), window(at, SCANNED)
    genuine = genuine_scan(text, secret, event_id=event_id)
    return genuine and claim is not None and int(claim[2], 16) in (now, now - 1)


def screen_key(secret: bytes, *, event_id: str, call_id: str) -> str:
    """What opens the page for the projector: 128 bits, so that nobody can guess it."""
    return urlsafe_b64encode(_mac(secret, "screen", event_id, call_id)[:18]).decode()


def _digits(secret: bytes, event_id: str, call_id: str, number: int) -> str:
    mac = _mac(secret, "spoken", event_id, call_id, str(number))
    return f"{int.from_bytes(mac[:8]) % 10_000:04}"


def _proof(secret: bytes, event_id: str, call_id: str, number: int) -> str:
    mac = _mac(secret, "scanned", event_id, call_id, str(number))
    return urlsafe_b64encode(mac).decode()[:_MAC]


def _mac(secret: bytes, *parts: str) -> bytes:
    """Each kind of code has its own first part, so that none passes for another."""
    return hmac.new(secret, "\0".join(("presence", *parts)).encode(), sha256).digest()
