"""What is told about personal data, and what is done with it on request."""

from bot.domain.agenda import Event
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered


def heading(language: str, *, renewed: bool) -> str:
    """Above a privacy text that somebody has not seen yet."""
    return text("privacy.renewed" if renewed else "privacy.first", language)


def needed(language: str) -> str:
    """Above a privacy text that must be agreed to before going on."""
    return text("privacy.needed", language)


def notice(language: str, event: Event, *, data: str, heading: str) -> Rendered:
    """The privacy text of this event below ``heading``, with the button that agrees."""
    html = f"{heading}\n\n{text('privacy.notice', language, event=event)}"
    return Rendered(html, ((Button(text("privacy.button_agree", language), data),),))


def way_on(language: str, then: str) -> Rendered:
    """What takes the place of that button: the way on to ``then``, if there is one."""
    row = (Button(text("privacy.button_go_on", language), then),)
    return Rendered("", (row,) if then else ())
