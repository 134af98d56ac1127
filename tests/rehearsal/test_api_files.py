"""Pictures are measured by their first bytes."""

import struct

import pytest

from bot.rehearsal.world.files import Files, picture_size

RIFF = b"RIFF\0\0\0\0WEBP"
PICTURES = {
    "gif": (b"GIF89a" + struct.pack("<HH", 3, 4), (3, 4)),
    "webp lossy": (RIFF + b"VP8 " + bytes(10) + struct.pack("<HH", 3, 4), (3, 4)),
    "webp lossless": (RIFF + b"VP8L" + bytes(5) + struct.pack("<I", 2 | 3 << 14), (3, 4)),
    "webp extended": (
        RIFF + b"VP8X" + bytes(8) + (2).to_bytes(3, "little") + (3).to_bytes(3, "little"),
        (3, 4),
    ),
    "jpeg": (
        b"\xff\xd8" + b"\xff\xe0\0\x04\0\0" + b"\xff\xc0\0\x0b\x08" + struct.pack(">HH", 4, 3),
        (3, 4),
    ),
    "nothing known": (b"%PDF-1.7", None),
    "half a jpeg": (b"\xff\xd8\xff\xe0\0\x04\0\0", None),
    "half a webp": (RIFF + b"VP8X", None),
    "odd webp": (RIFF + b"ALPH" + bytes(20), None),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_tells_its_size(name: str) -> None:
    data, size = PICTURES[name]
    assert picture_size(data) == size


def test_the_same_file_keeps_its_ids_and_another_kind_has_others() -> None:
    files = Files()
    first = files.store(b"x", kind="Document", name="a.txt", mime="text/plain")
    again = files.store(b"x", kind="Document", name="a.txt", mime="text/plain")
    other = files.store(b"x", kind="Audio", name="a.mp3", mime="audio/mpeg")
    assert first is again
    assert other.file_id != first.file_id
    assert (first.path.partition("/")[0], other.path.partition("/")[0]) == ("documents", "music")
    assert len(Files.from_json(files.to_json())) == 2
