"""Files that people and bots sent, kept in memory."""

import base64
import hashlib
import struct
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StoredFile:
    """One file. ``kind`` is Telegram's word for what it was sent as (Photo, Document, ...)."""

    file_id: str
    file_unique_id: str
    kind: str
    data: bytes
    name: str
    mime: str

    @property
    def path(self) -> str:
        """The path behind ``/file/bot<token>/``, as getFile gives it."""
        folder = {"VoiceNote": "voice", "VideoNote": "video_notes", "Audio": "music"}.get(
            self.kind, self.kind.lower() + "s"
        )
        suffix = self.name.rpartition(".")[2] if "." in self.name else "bin"
        return f"{folder}/file_{self.file_unique_id}.{suffix}"

    def to_message(self) -> dict[str, Any]:
        """The fields that every file object in a message has."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.file_unique_id,
            "file_size": len(self.data),
            "mime_type": self.mime,
        }

    def to_photo(self) -> list[dict[str, Any]]:
        """The sizes of a photo; this world keeps one."""
        width, height = picture_size(self.data) or (1280, 720)
        fields = {key: value for key, value in self.to_message().items() if key != "mime_type"}
        return [fields | {"width": width, "height": height}]


class Files:
    """All files of a world, by file_id and by download path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def store(self, data: bytes, *, kind: str, name: str, mime: str) -> StoredFile:
        """Keeps ``data``; the same bytes sent the same way get the same ids."""
        digest = hashlib.sha256(kind.encode() + b"\0" + name.encode() + b"\0" + data).digest()
        unique = base64.urlsafe_b64encode(digest[:11]).decode().rstrip("=")
        file_id = "BQACAgUAAxkBA" + base64.urlsafe_b64encode(digest[:30]).decode()
        found = self._by_id.get(file_id)
        if found is None:
            found = StoredFile(file_id, unique, kind, data, name, mime)
            self._by_id[file_id] = found
            self._by_path[found.path] = found
        return found

    def get(self, file_id: str) -> StoredFile | None:
        """The file of a file_id."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """The file of a download path."""
        return self._by_path.get(path)

    def to_json(self) -> list[dict[str, Any]]:
        """All files as JSON-able values, bytes in base64."""
        return [
            {
                "kind": file.kind,
                "name": file.name,
                "mime": file.mime,
                "data": base64.b64encode(file.data).decode(),
            }
            for file in self._by_id.values()
        ]

    @classmethod
    def from_json(cls, rows: list[dict[str, Any]]) -> "Files":
        """The reverse of ``to_json``."""
        files = cls()
        for row in rows:
            data = base64.b64decode(row["data"])
            files.store(data, kind=row["kind"], name=row["name"], mime=row["mime"])
        return files


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, GIF, JPEG or WebP; None if it is none of them."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_size(data)
    if data[:2] == b"\xff\xd8":
        return _jpeg_size(data)
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    chunk = data[12:16]
    if chunk == b"VP8X" and len(data) >= 30:
        return (
            int.from_bytes(data[24:27], "little") + 1,
            int.from_bytes(data[27:30], "little") + 1,
        )
    if chunk == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    if chunk == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])
    return None
