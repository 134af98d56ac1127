"""What somebody missed: since when, and the question for it in one's own words."""

import re
from datetime import datetime, timedelta

VISIT = timedelta(minutes=30)
"""After so long without a sign of somebody, the next one begins another visit."""
_UNKNOWN = timedelta(hours=24)
"""How far back one looks for somebody who has left no sign yet."""
_WHAT = r"(?:info|kabar|berita|pengumuman|informasi)"
_ASKED = re.compile(
    rf"""
    (?:(?:halo|mohon|maaf|tolong|min|admin|pak|bu)\s+)*
    (?:
      (?:ada\s+)?apa\s+(?:saja\s+)?(?:yang\s+|yg\s+)?(?:(?:saya|aku|tadi|sudah)\s+)*
      (?:ter|di)?(?:lewat|lewatkan|lewati|tinggal)(?:\s+(?:tadi|barusan|hari\s+ini|dari\s+saya))*
    | (?:saya\s+)?ketinggalan\s+(?:{_WHAT}\s+)?(?:apa(?:\s+saja)?|{_WHAT})(?:\s+(?:tadi|ya))*
    | (?:ada\s+)?{_WHAT}\s+(?:baru\s+)?apa(?:\s+saja)?(?:\s+(?:tadi|barusan|ya|yang\s+baru))*
    | (?:ada\s+)?{_WHAT}\s+yang\s+(?:saya\s+)?(?:terlewat|lewatkan|ketinggalan)
    | what\s+(?:did|have|had|'ve)\s*(?:i|we)\s+miss(?:ed)?(?:\s+(?:today|so\s+far))?
    | (?:did|have)\s+(?:i|we)\s+miss(?:ed)?\s+(?:anything|something)
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)


def asks(text: str) -> bool:
    """Whether the whole text asks what its writer missed."""
    words = " ".join(text.replace(",", " ").split()).rstrip(" ?!.")
    return len(words) <= 100 and _ASKED.fullmatch(words) is not None


def since(now: datetime, *, seen_at: datetime | None, seen_before: datetime | None) -> datetime:
    """From when on somebody who asks at ``now`` wants to be told; instants are UTC.

    Args:
        seen_at: their last message or press.
        seen_before: their last one before the visit to which that belongs.
    """
    last = seen_at
    if seen_at is not None and abs(now - seen_at) < VISIT:
        last = seen_before
    return min(last, now) if last is not None else now - _UNKNOWN
