"""What is told about personal data, and what is done with it on request."""

from html import unescape

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


def download(language: str, *, number: int, parts: int, notes: int, files: int) -> str:
    """What stands below a zip with a person's data, the ``number``-th of ``parts``."""
    return text("privacy.download", language, number=number, parts=parts, count=notes, files=files)


def readme(language: str, name: str) -> str:
    """The file in the zip that says what is what, as plain text; ``name`` is the event's."""
    return unescape(text("privacy.readme", language, name=name))


def withdraw_button(language: str) -> Rendered:
    """Below the download: the way to withdraw consent."""
    return Rendered("", ((Button(text("privacy.button_withdraw", language), "pv:n"),),))


def explain_erasing(language: str) -> Rendered:
    """What would be deleted and what would stay; the first of two questions."""
    go = Button(text("privacy.button_erase", language), "me:x")
    return Rendered(text("privacy.erase_explain", language), ((go,), _no(language)))


def confirm_erasing(language: str, minute: int) -> Rendered:
    """The second question; its button tells when it was asked, in minutes since 1970."""
    go = Button(text("privacy.button_erase_yes", language), f"me:X:{minute}")
    return Rendered(text("privacy.erase_confirm", language), ((go,), _no(language)))


def _no(language: str) -> tuple[Button, ...]:
    return (Button(text("privacy.button_erase_no", language), "me:no"),)
