"""Other people's texts: markup off, nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.findings import bad_character
from bot.store.schedules.words import clipped, length, line, prose


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Plain & simple", "Plain & simple"),
        ("<p>Satu</p><p>Dua<br>Tiga</p>", "Satu\n\nDua\nTiga"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<script>alert(1)</script>Isi<style>x</style>", "Isi"),
        ("Map<String, T> and List<T>", "Map<String, T> and List<T>"),
        ("<em>List<T></em>", "List<T>"),
        ("1 < 2 && 3 > 2", "1 < 2 && 3 > 2"),
        ("caf&eacute; &amp; &lt;b&gt;", "café & <b>"),
        ("a\x07b\r\n\r\n\r\n\r\nc  d", "a b\n\nc d"),
        ("<a href='https://x'>tautan</a>", "tautan"),
        ("<!-- hidden -->Isi", "Isi"),
        ("<p>unclosed", "unclosed"),
    ],
)
def test_html_becomes_what_a_reader_of_the_page_sees(written: str, shown: str) -> None:
    assert prose(written) == shown


def test_titles_are_one_line_and_keep_what_only_looks_like_markup() -> None:
    assert line("The <blink>  tag\n&amp; R&amp;D") == "The <blink> tag & R&D"


@settings(derandomize=True, max_examples=200)
@given(st.text(max_size=80))
def test_any_text_becomes_one_that_can_be_sent(text: str) -> None:
    for shown in (prose(text), line(text)):
        assert bad_character(shown) is None
        assert shown == shown.strip()


@settings(derandomize=True, max_examples=200)
@given(st.text(st.characters(codec="utf-8")), st.integers(5, 40))
def test_a_shortened_text_fits_and_is_the_beginning(text: str, limit: int) -> None:
    short = clipped(text, limit)
    assert length(short) <= limit
    assert short == text or text.startswith(short.removesuffix(" …"))
