"""Commitments as messages to their owners."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from markupsafe import Markup

from bot.domain.agenda import Agenda
from bot.domain.commitments import Standing
from bot.texts.catalogue import text
from bot.texts.rendered import Button, Rendered

PAGE = 5
"""Own commitments on a page."""
_EXCERPT = 160
_LETTERS = {
    Standing.NOT_BEGUN: "n",
    Standing.UNDER_WAY: "u",
    Standing.DONE: "d",
    Standing.DROPPED: "x",
}
BY_LETTER = {letter: standing for standing, letter in _LETTERS.items()}
Rows = tuple[tuple[Button, ...], ...]
Drafts = Sequence[tuple[str, str]]
"""Key and text of each commitment that is not finished."""


class Undertaken(Protocol):
    """What a message shows of a commitment."""

    id: int | None
    what: str
    partner: str
    first_step: str
    goal_id: str | None
    due_on: date
    standing: Standing
    shared: bool
    ask_on: date | None


@dataclass(frozen=True, slots=True)
class Line:
    """A commitment as lists show it. ``when`` is empty where nothing is left to do."""

    number: int | None
    what: str
    standing: Markup
    due_on: date
    when: str
    name: str = ""
    partner: str = ""
    heading: str = ""


def none(agenda: Agenda, language: str, drafts: Drafts) -> Rendered:
    """There is nothing yet, and what it would be good for."""
    html = text("commitment.none", language, event=agenda.event) + _begun(language, drafts)
    return Rendered(html, (*_draft_rows(language, drafts), _add(language)))


def listing(
    language: str,
    own: Sequence[Undertaken],
    *,
    drafts: Drafts,
    page: int,
    today: date,
) -> Rendered:
    """One page of own commitments."""
    page = max(0, min(page, (len(own) - 1) // PAGE))
    first = page * PAGE
    shown = own[first : first + PAGE]
    html = text(
        "commitment.list",
        language,
        items=[
            line_of(each, language, today, number=first + n) for n, each in enumerate(shown, 1)
        ],
        first=first,
        last=first + len(shown),
        total=len(own),
        more=len(own) > PAGE,
        done=sum(each.standing is Standing.DONE for each in own),
        late=late(own, today),
    )
    numbers = tuple(
        Button(str(first + n), f"c:v:{each.id}") for n, each in enumerate(shown, start=1)
    )
    rows = (
        numbers,
        pager(language, "c:l", page, total=len(own), size=PAGE),
        *_draft_rows(language, drafts),
    )
    return Rendered(
        html + _begun(language, drafts), tuple(row for row in (*rows, _add(language)) if row)
    )


def card(
    agenda: Agenda,
    language: str,
    commitment: Undertaken,
    *,
    said_at: datetime | None,
    remark: str,
    today: date,
) -> Rendered:
    """One commitment whole, with all that can be done with it."""
    number = commitment.id
    html = text(
        "commitment.card",
        language,
        zone=agenda.timezone,
        body=body(agenda, language, commitment, today=today),
        standing=text(f"commitment.standing_{commitment.standing}", language),
        said_at=said_at,
        remark=remark,
        ask_on=commitment.ask_on if commitment.standing.open else None,
        shared=commitment.shared,
    )
    sharing = (
        Button(text("commitment.button_withdraw", language), f"c:s:{number}:0")
        if commitment.shared
        else Button(text("commitment.button_share", language), f"c:s:{number}:1")
    )
    rows = (
        *standing_rows(language, number, commitment.standing),
        (Button(text("commitment.button_edit", language), f"c:e:{number}"), sharing),
        (
            Button(text("commitment.button_delete", language), f"c:x:{number}"),
            Button(text("commitment.button_list", language), "c:l:0"),
        ),
    )
    return Rendered(html, rows)


class Written(Protocol):
    """What is known of a commitment that may not be finished."""

    @property
    def what(self) -> str:
        """What is to be done."""

    @property
    def partner(self) -> str | None:
        """With whom."""

    @property
    def due_on(self) -> date | None:
        """By when, a local day."""

    @property
    def first_step(self) -> str | None:
        """What comes first."""

    @property
    def goal_id(self) -> str | None:
        """What it serves."""


def body(agenda: Agenda, language: str, written: Written, *, today: date) -> Markup:
    """What it says, part by part."""
    standing = getattr(written, "standing", Standing.NOT_BEGUN)
    due_on = written.due_on
    return text(
        "commitment.body",
        language,
        what=written.what,
        partner=written.partner,
        due_on=due_on,
        when=when_words(due_on, language, today) if due_on and standing.open else "",
        first_step=written.first_step,
        goal=agenda.goal(written.goal_id),
    )


def ask_why(language: str, commitment_id: int) -> Rendered:
    """Asks why a commitment was dropped."""
    skip = Button(text("commitment.button_skip", language), f"c:v:{commitment_id}")
    return Rendered(text("commitment.ask_why", language), ((skip,),))


def ask_share(language: str, commitment: Undertaken) -> Rendered:
    """Asks before the organizers see it."""
    html = text("commitment.ask_share", language, what=commitment.what)
    row = (
        Button(text("commitment.button_share_yes", language), f"c:s:{commitment.id}:2"),
        Button(text("commitment.button_back", language), f"c:v:{commitment.id}"),
    )
    return Rendered(html, (row,))


def deleted(language: str, commitment: Undertaken) -> Rendered:
    """It is gone, and how to have it back."""
    html = text("commitment.deleted", language, what=cut(commitment.what, _EXCERPT))
    row = (
        Button(text("commitment.button_undo", language), f"c:u:{commitment.id}"),
        Button(text("commitment.button_list", language), "c:l:0"),
    )
    return Rendered(html, (row,))


def counts(language: str, by: Mapping[Standing, int]) -> str:
    """How many stand in which way, those that there are."""
    return " · ".join(
        text(
            "commitment.count",
            language,
            name=text(f"commitment.standing_{standing}", language),
            count=by[standing],
        )
        for standing in Standing
        if by.get(standing)
    )


def line_of(
    commitment: Undertaken,
    language: str,
    today: date,
    *,
    number: int | None = None,
    **more: str,
) -> Line:
    """A commitment in a list; ``more`` are further fields of the line."""
    when = when_words(commitment.due_on, language, today) if commitment.standing.open else ""
    standing = text(f"commitment.standing_{commitment.standing}", language)
    what = cut(commitment.what, _EXCERPT)
    return Line(number, what, standing, commitment.due_on, when, **more)


def _draft_rows(language: str, drafts: Drafts) -> Rows:
    go_on = text("commitment.button_draft", language)
    return tuple((Button(f"{go_on} {cut(what, 40)}", f"c:d:{key}"),) for key, what in drafts[:3])


def _begun(language: str, drafts: Drafts) -> Markup:
    if not drafts:
        return Markup("")
    return Markup("\n\n") + text("commitment.drafts", language, count=len(drafts))


def when_words(day: date, language: str, today: date) -> str:
    """How far away the day is."""
    return text("commitment.left", language, days=(day - today).days)


def late(own: Sequence[Undertaken], today: date) -> int:
    """How many are open past their date."""
    return sum(each.standing.open and each.due_on < today for each in own)


def standing_rows(language: str, number: int | None, current: Standing | None = None) -> Rows:
    """A button for each way in which the commitment with this number may stand."""
    made = []
    for standing, letter in _LETTERS.items():
        name: str = text(f"commitment.standing_{standing}", language)
        if standing is current:
            name = text("commitment.button_chosen", language, name=name)
        made.append(Button(name, f"c:t:{number}:{letter}"))
    return tuple(made[:2]), tuple(made[2:])


def pager(language: str, prefix: str, page: int, *, total: int, size: int) -> tuple[Button, ...]:
    """Buttons to the pages beside ``page`` (from 0); none where there are none."""
    row = []
    if page > 0:
        row.append(Button(text("commitment.button_earlier", language), f"{prefix}:{page - 1}"))
    if (page + 1) * size < total:
        row.append(Button(text("commitment.button_later", language), f"{prefix}:{page + 1}"))
    return tuple(row)


def _add(language: str) -> tuple[Button, ...]:
    return (Button(text("commitment.button_add", language), "c:add"),)


def cut(words: str, most: int) -> str:
    """The beginning of a text, on one line."""
    flat = " ".join(words.split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"
