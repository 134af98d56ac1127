"""Formatting as Telegram reads it."""

import html
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rehearsal.api.errors import ApiError
from bot.rehearsal.api.text import formatted
from bot.rehearsal.world.detected import found_entities, utf16_length

Entity = dict[str, Any]


def one(kind: str, offset: int, length: int, **more: Any) -> Entity:
    return {"offset": offset, "length": length, "type": kind, **more}


# fmt: off
GOOD: list[tuple[str, str, str, list[Entity]]] = [
    ("HTML", "a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#x27; &nbsp; & e",
     "a <b> & \"c\" 'd' &nbsp; & e", []),
    ("HTML", "<B>a</b> <strong>b</strong>", "a b", [one("bold", 0, 1), one("bold", 2, 1)]),
    ("HTML", "<i>a</i><em>b</em><u>c</u><ins>d</ins><s>e</s><strike>f</strike><del>g</del>",
     "abcdefg", [one("italic", 0, 1), one("italic", 1, 1), one("underline", 2, 1),
                 one("underline", 3, 1), one("strikethrough", 4, 1), one("strikethrough", 5, 1),
                 one("strikethrough", 6, 1)]),
    ("HTML", "😀<b>é<i>x</i></b>", "😀éx", [one("bold", 2, 2), one("italic", 3, 1)]),
    ("HTML", '<span class="tg-spoiler">a</span><tg-spoiler>b</tg-spoiler>', "ab",
     [one("spoiler", 0, 1), one("spoiler", 1, 1)]),
    ("HTML", '<a href="https://Example.com?a=1&amp;b=2">x</a>', "x",
     [one("text_link", 0, 1, url="https://example.com/?a=1&b=2")]),
    ("HTML", '<a href="tg://user?id=42">x</a>', "x", [one("text_mention", 0, 1, user={"id": 42})]),
    ("HTML", '<a href="nowhere">x</a>', "x", []),
    ("HTML", "<pre>a</pre><code>b</code>", "ab", [one("pre", 0, 1), one("code", 1, 1)]),
    ("HTML", '<pre><code class="language-python">a</code></pre>', "a",
     [one("pre", 0, 1, language="python")]),
    ("HTML", '<code class="language-python">a</code>', "a", [one("code", 0, 1)]),
    ("HTML", "<blockquote>a</blockquote><blockquote expandable>b</blockquote>", "ab",
     [one("blockquote", 0, 1), one("expandable_blockquote", 1, 1)]),
    ("HTML", '<tg-emoji emoji-id="5">👍</tg-emoji>', "👍",
     [one("custom_emoji", 0, 2, custom_emoji_id="5")]),
    ("HTML", '<tg-time unix="1647531900" format="wDT">a</tg-time>', "a",
     [one("date_time", 0, 1, unix_time=1647531900, date_time_format="wDT")]),
    ("HTML", "<b>a<code>b</code>c</b>", "abc",
     [one("bold", 0, 1), one("code", 1, 1), one("bold", 2, 1)]),
    ("HTML", "<code><b>a</b></code>", "a", [one("code", 0, 1)]),
    ("HTML", "<a href=t.me>x</a>", "x", [one("text_link", 0, 1, url="http://t.me/")]),
    ("HTML", '<a href="tg://resolve?domain=x">x</a>', "x",
     [one("text_link", 0, 1, url="tg://resolve?domain=x")]),
    ("HTML", "<b>a</>", "a", [one("bold", 0, 1)]),
    ("HTML", " \n <b>a</b> \n", "a", [one("bold", 0, 1)]),
    ("HTML", "<b> a </b>", " a", [one("bold", 0, 2)]),
    ("HTML", "<b>a<b>b</b></b>", "ab", [one("bold", 0, 2)]),
    ("HTML", "<code>@someone</code> @someone", "@someone @someone",
     [one("code", 0, 8), one("mention", 9, 8)]),
    ("MarkdownV2", "*a* _b_ __c__ ~d~ ||e|| `f`", "a b c d e f",
     [one("bold", 0, 1), one("italic", 2, 1), one("underline", 4, 1), one("strikethrough", 6, 1),
      one("spoiler", 8, 1), one("code", 10, 1)]),
    ("MarkdownV2", "*a _b_*", "a b", [one("bold", 0, 3), one("italic", 2, 1)]),
    ("MarkdownV2", r"1\. \*a\* \\", "1. *a* \\", []),
    ("MarkdownV2", r"[a](https://a.id/\))", "a", [one("text_link", 0, 1, url="https://a.id/)")]),
    ("MarkdownV2", "```python\na.b\n```", "a.b", [one("pre", 0, 3, language="python")]),
    ("MarkdownV2", ">a\n>b\nc", "a\nb\nc", [one("blockquote", 0, 3)]),
    ("MarkdownV2", ">a\n>b||", "a\nb", [one("expandable_blockquote", 0, 3)]),
    ("MarkdownV2", "![x](tg://time?unix=9&format=t)", "x",
     [one("date_time", 0, 1, unix_time=9, date_time_format="t")]),
    ("MarkdownV2", r"[a\.id/x]", "a.id/x", [one("text_link", 0, 6, url="http://a.id/x")]),
    ("MarkdownV2", "![👍](tg://emoji?id=5)", "👍",
     [one("custom_emoji", 0, 2, custom_emoji_id="5")]),
    ("Markdown", "*a* _b_ `c` [d](https://a.id) \\_e", "a b c d _e",
     [one("bold", 0, 1), one("italic", 2, 1), one("code", 4, 1),
      one("text_link", 6, 1, url="https://a.id/")]),
    ("Markdown", "```py\na``` [b.id](", "a b.id",
     [one("pre", 0, 1, language="py"), one("url", 2, 4)]),
    ("Markdown", "```\na\n``` b.c", "a\n b.c", [one("pre", 0, 2)]),
    ("", "/start@some_bot #hari1 $IDR x@y.id @someone https://a.id/x?y=1. www.a.go.id",
     "/start@some_bot #hari1 $IDR x@y.id @someone https://a.id/x?y=1. www.a.go.id",
     [one("bot_command", 0, 15), one("hashtag", 16, 6), one("cashtag", 23, 4), one("email", 28, 6),
      one("mention", 35, 8), one("url", 44, 18), one("url", 64, 11)]),
    ("", "3/4 jam, 1.5 kg, a/b #1", "3/4 jam, 1.5 kg, a/b #1", []),
    ("", "\ta\r\nb\tc\t", "a\nb c", []),
]
# fmt: on


@pytest.mark.parametrize(("mode", "text", "plain", "entities"), GOOD)
def test_formatting_becomes_text_and_entities(
    mode: str, text: str, plain: str, entities: list[Entity]
) -> None:
    got = formatted(text, mode, None)
    assert (got.text, got.entities) == (plain, entities)


def test_explicit_entities_follow_the_trimmed_text() -> None:
    got = formatted("  hi  ", None, [one("bold", 0, 6), one("mention", 0, 1)])
    assert (got.text, got.entities) == ("  hi", [one("bold", 0, 4)])


def test_an_entity_outside_of_the_text_is_dropped() -> None:
    assert formatted("hi", None, [one("bold", 5, 2), one("italic", 1, 9)]).entities == [
        one("italic", 1, 1)
    ]


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    raw = html.escape(text, quote=True).encode("utf-8", "replace").decode()
    expected = text.encode("utf-8", "replace").decode()
    assert formatted(raw, "HTML", None).text == formatted(expected, None, None).text


@settings(derandomize=True, max_examples=300, deadline=None)
@given(
    st.sampled_from(["HTML", "Markdown", "MarkdownV2"]),
    st.text("<>/abi pre&;#x1=\"'*_~|`[]()!\\\n>.é😀", max_size=40),
)
def test_any_text_is_parsed_or_refused_and_entities_lie_within_it(mode: str, text: str) -> None:
    try:
        got = formatted(text, mode, None)
    except ApiError:
        return
    length = utf16_length(got.text)
    for entity in got.entities:
        assert entity["offset"] >= 0
        assert entity["length"] > 0
        assert entity["offset"] + entity["length"] <= length


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text("ab/@#$.:_ 😀é1", max_size=40))
def test_found_entities_never_overlap(text: str) -> None:
    end = 0
    for entity in found_entities(text):
        assert entity["offset"] >= end
        end = entity["offset"] + entity["length"]
    assert end <= utf16_length(text)
