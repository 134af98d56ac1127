"""Seals what people wrote, so that a stolen file or backup of the store is unreadable.

AES-256-GCM with a random nonce; what is sealed is bound to its place (the column, the file), so
that it opens nowhere else. Without a key everything is kept plain. What was plain when a key was
set stays readable, and ``store/resealing.py`` seals it too.
"""

import hashlib
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
SEALED_TEXT, PLAIN_TEXT = "sealed:v1:", "sealed:v0:"
"""How stored texts begin: ``sealed:v1:<key id>:<base64 of nonce and ciphertext>``; the other mark
stands before a plain text that begins with one of the two by chance or by intent."""
SEALED_FILE, PLAIN_FILE = b"mandala sealed v1\n", b"mandala sealed v0\n"
"""The same for files, with key id, nonce and ciphertext in bytes behind the first."""
_NONCE = 12
_ID = 8


class SealingError(RuntimeError):
    """Something sealed cannot be opened with the keys at hand; the message is one sentence."""


class Keyring:
    """The keys of the settings: the first one seals, all of them open. No key: nothing is sealed.

    A plain text that happens to begin like a sealed one is marked as plain, so that nothing a
    person writes can be mistaken for something sealed.
    """

    def __init__(self, keys: Sequence[bytes] = (), *, sealing: bool = True) -> None:
        """Takes keys of ``KEY_BYTES`` random bytes, newest first.

        Args:
            sealing: False writes plain and still opens what is sealed.
        """
        self._boxes = {_id(key): _box(key) for key in keys}
        self.writes_with = next(iter(self._boxes), None) if sealing else None
        """Id of the key that seals; None: what is written stays plain."""

    @property
    def ids(self) -> frozenset[str]:
        """Ids of all keys, eight hexadecimal digits each; an id tells nothing about its key."""
        return frozenset(self._boxes)

    @property
    def mark(self) -> str | None:
        """How everything begins that is sealed with the newest key; None: nothing is sealed."""
        return f"{SEALED_TEXT}{self.writes_with}:" if self.writes_with else None

    def seal(self, text: str, place: str) -> str:
        """The text as it is to be stored at ``place``."""
        if self.writes_with is None:
            marked = text.startswith((SEALED_TEXT, PLAIN_TEXT))
            return f"{PLAIN_TEXT}{text}" if marked else text
        box = urlsafe_b64encode(self._encrypt(text.encode(), place)).decode()
        return f"{SEALED_TEXT}{self.writes_with}:{box}"

    def open(self, stored: str, place: str) -> str:
        """The text that was stored at ``place``.

        Raises:
            SealingError: its key is not here, or it was changed or moved.
        """
        if not stored.startswith(SEALED_TEXT):
            return stored.removeprefix(PLAIN_TEXT)
        key_id, _, encoded = stored.removeprefix(SEALED_TEXT).partition(":")
        try:
            box = urlsafe_b64decode(encoded)
        except ValueError:
            raise SealingError(damaged(place)) from None
        return self._decrypt(box, key_id, place).decode()

    def seal_bytes(self, content: bytes, place: str) -> bytes:
        """The content of a file as it is to be stored; ``place`` names the file for good."""
        if self.writes_with is None:
            marked = content.startswith((SEALED_FILE, PLAIN_FILE))
            return PLAIN_FILE + content if marked else content
        return SEALED_FILE + self.writes_with.encode() + self._encrypt(content, place)

    def open_bytes(self, stored: bytes, place: str) -> bytes:
        """The content of the file that was stored as ``place``.

        Raises:
            SealingError: its key is not here, or it was changed or moved.
        """
        if not stored.startswith(SEALED_FILE):
            return stored.removeprefix(PLAIN_FILE)
        body = stored.removeprefix(SEALED_FILE)
        return self._decrypt(body[_ID:], body[:_ID].decode(errors="replace"), place)

    def settled(self, stored: bytes) -> bool:
        """Whether a stored file is as this keyring would write it now."""
        if self.writes_with is None:
            return not stored.startswith(SEALED_FILE)
        return stored.startswith(SEALED_FILE + self.writes_with.encode())

    def _encrypt(self, content: bytes, place: str) -> bytes:
        assert self.writes_with is not None
        nonce = os.urandom(_NONCE)
        return nonce + self._boxes[self.writes_with].encrypt(nonce, content, place.encode())

    def _decrypt(self, box: bytes, key_id: str, place: str) -> bytes:
        opener = self._boxes.get(key_id)
        if opener is None:
            raise SealingError(missing(key_id))
        from cryptography.exceptions import InvalidTag

        try:
            return opener.decrypt(box[:_NONCE], box[_NONCE:], place.encode())
        except (InvalidTag, ValueError):  # ValueError: cut short
            raise SealingError(damaged(place)) from None


def damaged(place: str) -> str:
    """Says what does not open although its key is here."""
    return f"What is sealed at {place} was changed or damaged."


def missing(*key_ids: str) -> str:
    """Says which keys the settings lack."""
    named = ", ".join(key_ids)
    return f"NOTES_KEY lacks the key that notes were sealed with ({named}): put it back into .env."


def new_key() -> str:
    """A random key as the settings take it."""
    return urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def _box(key: bytes) -> "AESGCM":
    # Imported where there is a key: bots without one start 40 ms sooner.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _id(key: bytes) -> str:
    return hashlib.blake2b(key, digest_size=_ID // 2, person=b"mandala key id").hexdigest()
