"""Short stand-ins for what is too long for button data, which holds 64 bytes (Bot API)."""

import hashlib
from base64 import b32encode


def ref(text: str) -> str:
    """Eight characters, always the same ones for the same text: a-z and 2-7."""
    return b32encode(hashlib.blake2b(text.encode(), digest_size=5).digest()).decode().lower()
