"""Files of notes: what is refused, and names that do no harm."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.files import LARGEST, File, Refusal, refused_content, safe_name


def file(name: str = "a.pdf", mime: str = "application/pdf", size: int = 1) -> File:
    return File("document", "id", name, mime, size)


@pytest.mark.parametrize("name", ["a.exe", "A.EXE", "x.pdf.scr", "n.apk", "run.sh", "m.msi"])
def test_programs_are_refused_by_name(name: str) -> None:
    assert file(name).refusal is Refusal.PROGRAM


@pytest.mark.parametrize("name", ["a.pdf", "b.docx", "c", "exe", "d.zip", "e.heic", "f.ps"])
def test_documents_are_taken(name: str) -> None:
    assert file(name).refusal is None


def test_a_program_is_known_by_its_kind_and_content_whatever_it_is_called() -> None:
    assert file(mime="application/x-msdownload").refusal is Refusal.PROGRAM
    assert refused_content(b"MZ\x90\x00") is Refusal.PROGRAM
    assert refused_content(b"\x7fELF\x02") is Refusal.PROGRAM
    assert refused_content(b"%PDF-1.7") is None
    assert refused_content(b"") is None


def test_the_limit_is_what_telegram_gives_a_bot() -> None:
    assert file(size=LARGEST).refusal is None
    assert file(size=LARGEST + 1).refusal is Refusal.TOO_LARGE
    assert refused_content(bytes(LARGEST + 1)) is Refusal.TOO_LARGE


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("laporan akhir.pdf", "laporan akhir.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\b.docx", "b.docx"),
        ("fdp.\u202eexe", "fdp.exe"),
        ("a\x00b\n.txt", "ab.txt"),
        ("..", "x"),
        (None, "x"),
        ("   ", "x"),
        ("<a>|?.png", "a.png"),
        ("ملاحظات.pdf", "ملاحظات.pdf"),
        ("👍.jpg", "👍.jpg"),
    ],
)
def test_names_lose_what_could_do_harm(given_name: str | None, safe: str) -> None:
    assert safe_name(given_name, fallback="x") == safe


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_name_becomes_one_that_can_be_used(name: str) -> None:
    safe = safe_name(name, fallback="x")
    assert 0 < len(safe) <= 80
    assert "/" not in safe
    assert "\\" not in safe
    assert safe not in (".", "..")
    assert safe.isprintable()
    assert safe_name(safe, fallback="x") == safe


def test_a_long_name_keeps_its_suffix() -> None:
    assert safe_name("x" * 300 + ".docx", fallback="x").endswith("x.docx")
