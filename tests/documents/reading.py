"""Reads documents back, as far as tests need: their words, pages, sheets."""

import re
import zlib
from io import BytesIO
from itertools import pairwise
from typing import Any
from zipfile import ZipFile

_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pdf_pages(content: bytes) -> int:
    """How many pages a PDF has."""
    assert content.startswith(b"%PDF-")
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", content))


def pdf_words(content: bytes) -> str:
    """The text of a PDF as typst writes it, without spaces and breaks: those are gaps there."""
    objects = _objects(content)
    words = []
    for page in objects.values():
        head = re.search(rb"/Type/Page/Resources (\d+) 0 R.*/Contents (\d+) 0 R", page, re.S)
        if head is None:
            continue
        resources, drawn = objects[int(head[1])], _stream(objects[int(head[2])])
        fonts = {
            name: _letters(_stream(objects[int(to)]))
            for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
            for to in re.findall(rb"/ToUnicode (\d+) 0 R", objects[int(number)])
        }
        words += _shown(drawn, fonts)
    return re.sub(r"\s", "", "".join(words))


def _shown(drawn: bytes, fonts: dict[bytes, dict[int, str]]) -> list[str]:
    words: list[str] = []
    font: dict[int, str] = {}
    for name, text in re.findall(rb"/(f\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\)", drawn, re.S):
        if name:
            font = fonts.get(name, {})
            continue
        codes = re.sub(rb"\\([0-7]{1,3}|.)", _unescaped, text, flags=re.S)
        words += [
            font.get(high << 8 | low, "")
            for high, low in zip(codes[::2], codes[1::2], strict=False)  # a chart's are single
        ]
    return words


def docx_words(content: bytes) -> str:
    """All text of a .docx, a paragraph a line, cells and what stands in the header too."""
    import docx

    document = docx.Document(BytesIO(content))
    names = ("document", "header", "footer")
    assert document.core_properties is not None
    with ZipFile(BytesIO(content)) as archive:
        parts = [
            archive.read(name).decode()
            for name in archive.namelist()
            if any(name.startswith(f"word/{each}") for each in names) and name.endswith(".xml")
        ]
    shown = re.sub(r"</w:p>|<w:br/>", "\n", "".join(parts))
    return _unmarked(shown)


def workbook(content: bytes) -> Any:
    """An .xlsx as openpyxl reads it."""
    from openpyxl import load_workbook

    return load_workbook(BytesIO(content))


def rows(sheet: Any) -> list[tuple[object, ...]]:
    """Values of a sheet."""
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


def _unmarked(xml: str) -> str:
    text = re.sub(r"<[^>]*>", "", xml)
    for name, sign in (("lt", "<"), ("gt", ">"), ("quot", '"'), ("apos", "'"), ("amp", "&")):
        text = text.replace(f"&{name};", sign)
    return text


def _objects(content: bytes) -> dict[int, bytes]:
    heads = list(re.finditer(rb"(?:^|\n)(\d+) 0 obj", content))
    bounds = [match.start() for match in heads] + [len(content)]
    return {
        int(match[1]): content[start:end]
        for match, (start, end) in zip(heads, pairwise(bounds), strict=True)
    }


def _stream(body: bytes) -> bytes:
    found = re.search(rb"stream\r?\n(.*)endstream", body, re.S)
    if found is None:
        return b""
    try:
        return zlib.decompress(found[1])
    except zlib.error:
        return found[1]


def _letters(cmap: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>\r?\n", cmap)
    return {int(code, 16): bytes.fromhex(to.decode()).decode("utf-16-be") for code, to in pairs}


def _unescaped(match: "re.Match[bytes]") -> bytes:
    sign = match[1]
    if sign[:1].isdigit():
        return bytes([int(sign, 8)])
    return _ESCAPES.get(sign, sign)
