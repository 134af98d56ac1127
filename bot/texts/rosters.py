"""The organizers' view of who belongs to the event."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bot.domain.people import RosterChanges, RosterEntry
from bot.texts.catalogue import text
from bot.texts.importing import words, words_of
from bot.texts.rendered import Button, Rendered

_PAGE = 8
_NAMES = 12
_LINES = 40
_STATES = ("waiting", "blocked", "silent", "ready")


@dataclass(frozen=True, slots=True)
class Member:
    """One person as the board shows them; ``link`` is their invite, None where they need none."""

    id: int
    name: str
    office: str
    state: str
    link: str | None = None
    facts: tuple[tuple[str, str], ...] = ()
    """What the roster says beside, by name of the text for it."""
    bound: bool = False
    """Whether an account uses the link."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a new roster would change. ``overtaken``: it was compared anew with another one.

    ``warnings`` are lines about what in its file is worth a look.
    """

    draft_id: int
    changes: RosterChanges
    warnings: Sequence[str] = ()
    overtaken: bool = False


def board(counts: dict[str, int], language: str, *, refused: int = 0) -> Rendered:
    """How many are ready, and the ways to look closer. ``refused``: lines of that trace."""
    html = text("roster.board", language, total=sum(counts.values()), counts=counts)
    rows: list[tuple[Button, ...]] = [
        (Button(text(f"roster.button_{s}", language, count=counts[s]), f"r:l:{s}:0"),)
        for s in _STATES
        if counts[s]
    ]
    rows.append(
        (
            Button(text("roster.button_sheet", language), "r:x"),
            Button(text("roster.button_import", language), "r:i"),
        )
    )
    if refused:
        rows.append((Button(text("refusal.button", language, count=refused), "r:t:0"),))
    return Rendered(html, tuple(rows))


def listing(state: str, members: Sequence[Member], page: int, language: str) -> Rendered:
    """Those in one state, eight a page; a button each to look closer."""
    last = max(0, (len(members) - 1) // _PAGE)
    page = min(page, last)
    shown = members[page * _PAGE : (page + 1) * _PAGE]
    html = text(
        "roster.listing", language, state=state, members=shown, page=page + 1, pages=last + 1
    )
    rows: list[tuple[Button, ...]] = [(Button(m.name[:60], f"r:p:{m.id}"),) for m in shown]
    turns = [
        Button(arrow, f"r:l:{state}:{to}")
        for arrow, to in (("←", page - 1), ("→", page + 1))
        if 0 <= to <= last
    ]
    rows += [tuple(turns)] if turns else []
    rows.append((Button(text("roster.button_back", language), "r:b"),))
    return Rendered(html, tuple(rows))


def member(shown: Member, language: str, *, renewed: bool = False) -> Rendered:
    """One person with their link and what can be done."""
    html = text("roster.member", language, m=shown, renewed=renewed)
    key = "roster.button_unbind" if shown.bound else "roster.button_renew"
    rows = [(Button(text(key, language), f"r:n:{shown.id}:{int(not shown.bound)}"),)]
    rows.append((Button(text("roster.button_back", language), f"r:l:{shown.state}:0"),))
    return Rendered(html, tuple(rows))


def ask_unbind(shown: Member, language: str) -> Rendered:
    """Before an account is let go."""
    yes = Button(text("roster.button_unbind_yes", language), f"r:n:{shown.id}:1")
    back = Button(text("roster.button_back", language), f"r:p:{shown.id}")
    return Rendered(text("roster.ask_unbind", language, m=shown), ((yes,), (back,)))


def preview(shown: Preview, language: str) -> Rendered:
    """What a new roster would change, and what to press."""
    changes, warnings = shown.changes, shown.warnings
    html = text(
        "roster.preview",
        language,
        c=changes,
        added=[entry.name for entry in changes.added[:_NAMES]],
        changed=list(_changed(changes, language)),
        removed=[entry.name for entry in changes.removed[:_NAMES]],
        overtaken=shown.overtaken,
        warnings=warnings[:6],
        more_warnings=max(0, len(warnings) - 6),
    )
    if not changes:
        return Rendered(html)
    key = "roster.button_apply_half" if changes.removes_half else "roster.button_apply"
    apply = Button(text(key, language), f"r:go:{shown.draft_id}")
    drop = Button(text("roster.button_drop", language), f"r:no:{shown.draft_id}")
    return Rendered(html, ((apply,), (drop,)))


def applied(changes: RosterChanges, language: str) -> Rendered:
    """Once it is done."""
    sheet = Button(text("roster.button_sheet", language), "r:x")
    return Rendered(text("roster.applied", language, c=changes), ((sheet,),))


def changes_text(changes: RosterChanges, language: str) -> str:
    """What a new roster would change, as plain lines for a terminal."""
    lines = [words("import.people_added", language, name=e.name) for e in changes.added[:_LINES]]
    lines += [words_of(line) for line in _changed(changes, language)]
    lines += [words("import.people_gone", language, name=e.name) for e in changes.removed[:_LINES]]
    totals = words(
        "import.people_totals",
        language,
        added=len(changes.added),
        changed=len(changes.changed),
        gone=len(changes.removed),
    )
    return "\n".join([*lines, totals])


def _changed(changes: RosterChanges, language: str) -> Iterator[Markup]:
    for change in changes.changed[:_NAMES]:
        parts = [
            text(
                "roster.field",
                language,
                name=text(f"roster.field_{name}", language),
                was=_value(change.was, name),
                now=_value(change.now, name),
            )
            for name in change.fields
        ]
        yield text("roster.changed_line", language, who=change.now.name, parts=parts)


def _value(entry: RosterEntry, name: str) -> str:
    value = getattr(entry, name)
    return str(value) if value else "–"
