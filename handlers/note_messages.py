"""What a Telegram message gives to a note: its words and its file."""

import re
from typing import Any

from telegram import Message

from bot.domain.drafts import Piece
from bot.domain.files import File, safe_name

COMMAND = re.compile(r"/(refleksi|reflect)(@\w+)?(?=\s|$)", re.IGNORECASE)
_FILES = {
    "voice": ("voice", "audio/ogg", ".ogg"),
    "audio": ("audio", "audio/mpeg", ".mp3"),
    "video": ("video", "video/mp4", ".mp4"),
    "video_note": ("video", "video/mp4", ".mp4"),
    "document": ("document", "application/octet-stream", ""),
}
"""Where a message carries a file: what we call it, and what it is where Telegram does not say."""


def piece_of(message: Message) -> Piece | None:
    """The message as a piece of a note; None if it is of a kind that notes do not hold."""
    file = _file_of(message)
    if file is None and not message.text:
        return None
    return Piece(
        source=(message.chat_id, message.message_id),
        text=words_of(message),
        sent_at=message.date.timestamp(),
        length=len((message.text or "").encode("utf-16-le", "surrogatepass")) // 2,
        file=file,
        album=message.media_group_id,
    )


def words_of(message: Message) -> str:
    """Text or caption, without the command that begins a note."""
    words = message.text or message.caption or ""
    command = COMMAND.match(words)
    return words[command.end() :].lstrip() if command else words


def _file_of(message: Message) -> File | None:
    if message.photo:
        largest = message.photo[-1]
        name = f"photo-{message.message_id}.jpg"
        size = largest.file_size or 0
        return File("photo", largest.file_id, name, "image/jpeg", size, largest.file_unique_id)
    for field, (kind, mime_type, suffix) in _FILES.items():
        media: Any = getattr(message, field)
        if media is not None:
            fallback = f"{kind}-{message.message_id}{suffix}"
            return File(
                kind,
                media.file_id,
                safe_name(getattr(media, "file_name", None), fallback=fallback),
                getattr(media, "mime_type", None) or mime_type,
                media.file_size or 0,
                media.file_unique_id,
            )
    return None
