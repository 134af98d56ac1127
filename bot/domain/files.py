"""Files that can be kept with a note: what is refused, and names without tricks."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

LARGEST = 20 * 1024 * 1024
"""Bytes that Telegram gives a bot at most (Bot API, getFile)."""
_LONGEST_NAME = 80
_PROGRAM = re.compile(
    r"\.(apk|app|appimage|bat|bin|cmd|com|cpl|deb|dll|dmg|elf|exe|gadget|hta|inf|iso|jar|jse?|lnk"
    r"|ms[cip]|pif|ps1|py|reg|rpm|run|scr|sh|sys|vb[es]?|wsf|xapk)",
    re.IGNORECASE,
)
_PROGRAM_TYPES = frozenset({
    "application/java-archive", "application/vnd.android.package-archive",
    "application/x-dosexec", "application/x-elf", "application/x-executable",
    "application/x-msdos-program", "application/x-msdownload", "application/x-sh",
    "application/vnd.microsoft.portable-executable", "text/javascript",
})  # fmt: skip
_PROGRAM_HEADS = (b"MZ", b"\x7fELF", b"#!", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
"""How programs of Windows, Linux, macOS and Java begin, and scripts."""


class Refusal(StrEnum):
    """Why a file is not kept."""

    TOO_LARGE = "too_large"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True)
class File:
    """What Telegram says of a file. ``size`` in bytes, 0 where it does not say."""

    kind: str
    """photo, voice, audio, video or document."""
    file_id: str
    name: str
    mime_type: str
    size: int
    unique_id: str = ""
    """Telegram's name for the content, the same however often it is sent; cannot be fetched by."""

    @property
    def refusal(self) -> Refusal | None:
        """Why it is not taken; None: it is, as far as one can say without its content."""
        return self.refusal_above(LARGEST)

    def refusal_above(self, largest: int) -> Refusal | None:
        """As ``refusal`` where so many bytes are allowed."""
        if self.size > largest:
            return Refusal.TOO_LARGE
        named = _PROGRAM.fullmatch(PurePosixPath(self.name).suffix)
        program = named or self.mime_type.casefold() in _PROGRAM_TYPES
        return Refusal.PROGRAM if program else None


def refused_content(content: bytes) -> Refusal | None:
    """Why a file with this content is not kept, whatever it is called."""
    if len(content) > LARGEST:
        return Refusal.TOO_LARGE
    return Refusal.PROGRAM if content.startswith(_PROGRAM_HEADS) else None


def safe_name(given: str | None, *, fallback: str) -> str:
    """A name to show and to export under: no path, no control or direction signs, not too long.

    It keeps its suffix. ``fallback`` where nothing is left of it.
    """
    flat = unicodedata.normalize("NFC", given or "").replace("\\", "/").rpartition("/")[2]
    shown = "".join(
        sign for sign in flat if unicodedata.category(sign)[0] != "C" and sign not in '<>:"|?*'
    )
    shown = " ".join(shown.split()).strip(". ")
    if not shown:
        return fallback
    if len(shown) <= _LONGEST_NAME:
        return shown
    suffix = PurePosixPath(shown).suffix[:12]
    return shown[: _LONGEST_NAME - len(suffix)].rstrip() + suffix
