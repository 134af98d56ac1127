"""Asking a second organizer."""

from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

_WORDS = 1000
"""Characters shown of an announcement."""


def question(what: str, name: str, words: str, token: str, language: str) -> Rendered:
    """What another wants to do, with two buttons."""
    shown = words if len(words) <= _WORDS else words[:_WORDS] + "…"
    html = text(f"seconding.ask_{what}", language, name=name, words=shown)
    agree = Button(text("seconding.button_agree", language), f"fe:y:{token}")
    refuse = Button(text("seconding.button_refuse", language), f"fe:n:{token}")
    return Rendered(html, ((agree, refuse),))


def answered(what: str, name: str, language: str, *, agreed: bool) -> str:
    """The second one's word, for who asked."""
    key = "seconding.agreed" if agreed else "seconding.refused"
    return text(key, language, name=name, what=text(f"seconding.what_{what}", language))
