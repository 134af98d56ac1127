"""Everybody's invite on paper: a table for whoever writes to people, cards to print and cut."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.documents import invites
from bot.documents.invites import Card, Cards
from bot.documents.model import Document, Table
from bot.documents.sheet import xlsx
from bot.documents.workshop import Workshop
from bot.services.desk import Desk
from bot.texts.catalogue import text
from bot.texts.rosters import Member


@dataclass(frozen=True)
class Made:
    """A finished file."""

    name: str
    content: bytes


async def make(desk: Desk, members: Sequence[Member], language: str) -> list[Made]:
    """The table of everybody, and cards of those who have a link and have not used it yet."""
    workshop = Workshop()
    name = text("roster.sheet_file", language)
    table = await workshop.do(xlsx, _document(desk, members, language))
    made = [Made(f"{name}.xlsx", table)]
    cards = tuple(Card(m.name, m.office, m.link) for m in members if m.link and not m.bound)
    if cards:
        title = desk.agenda.event.short_name or desk.agenda.event.name
        sheet = Cards(language, title, str(text("roster.how_to_join", language)), cards)
        made.append(Made(f"{name}.pdf", await workshop.do(invites.pdf, sheet)))
    return made


def _document(desk: Desk, members: Sequence[Member], language: str) -> Document:
    heads = ("name", "office", "state", "link")
    rows = tuple(
        (m.name, m.office, str(text(f"roster.state_{m.state}", language)), m.link) for m in members
    )
    table = Table(
        name=str(text("roster.column_link", language)),
        head=tuple(str(text(f"roster.column_{head}", language)) for head in heads),
        rows=rows,
        widths=(3, 4, 2, 4),
    )
    return Document(
        language=language,
        kicker=str(text("roster.sheet_title", language)),
        title=desk.agenda.event.name,
        lines=(),
        bearer="",
        office=(),
        colophon="",
        page_words="",
        replaced_words="",
        blocks=(table,),
    )
