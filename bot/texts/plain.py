"""Texts outside Telegram: the catalogue's words without its HTML."""

from bot.texts.catalogue import text


def plain(key: str, language: str, *, zone: str = "UTC", **facts: object) -> str:
    """The text ``key`` as people read it; its template holds no markup. As ``catalogue.text``."""
    return text(key, language, zone=zone, **facts).unescape()
