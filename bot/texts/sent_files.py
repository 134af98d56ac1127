"""What a file is for that nobody asked for."""

from datetime import date

from bot.domain.agenda import Agenda
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered


def choices(language: str) -> Rendered:
    """The question, with what such a file can be."""
    rows = (
        (("roster", "up:r"), ("rundown", "up:c")),
        (("material", "up:m"), ("note", "keep")),
    )
    buttons = tuple(
        tuple(Button(text(f"upload.button_{name}", language), data) for name, data in row)
        for row in rows
    )
    return Rendered(text("upload.what", language), buttons)


def sessions(agenda: Agenda, day: date, language: str) -> Rendered:
    """The sessions of a day to choose from, and the days beside it."""
    zone = agenda.timezone
    rows: list[tuple[Button, ...]] = [
        (Button(text("change.pick", language, zone=zone, s=s), f"up:s:{s.ref}"),)
        for s in agenda.on_day(day)[:90]
    ]
    at = agenda.days.index(day) if day in agenda.days else 0
    near = [*agenda.days[max(0, at - 1) : at], *agenda.days[at + 1 : at + 2]]
    rows.append(
        tuple(Button(text("change.short_day", language, day=d), f"up:m:{d}") for d in near)
    )
    html = text("upload.which_session", language, day=day)
    return Rendered(html, tuple(row for row in rows if row))
