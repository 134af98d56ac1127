"""The short questions by which a commitment is written, and what was said so far."""

from collections.abc import Sequence
from datetime import date

from bot.domain.agenda import Agenda, Goal
from bot.domain.commitments import LIMITS, Part, Sheet
from bot.domain.follow_ups import DueChoice
from bot.domain.refs import ref
from bot.texts.catalogue import text
from bot.texts.commitments import Rows, body, cut, pager
from bot.texts.rendered import Button, Rendered

_PAGE = 8
"""Agencies or goals on a page."""
_EXCERPT = 120
_LABEL = 40
_BY_LETTER = {part[0]: part for part in Part}


def part_of(letter: str) -> Part:
    """The part that button data names."""
    return _BY_LETTER[letter]


def ask_what(language: str) -> Rendered:
    """Begins a new one."""
    return Rendered(text("commitment.ask_what", language))


def new_what(language: str, sheet: Sheet) -> Rendered:
    """Asks for another text."""
    back = Button(text("commitment.button_back", language), f"c:d:{sheet.key}")
    return Rendered(text("commitment.new_what", language), ((back,),))


def ask_partner(
    language: str, sheet: Sheet, agencies: Sequence[str], *, page: int = 0
) -> Rendered:
    """Asks with whom; the roster's agencies are offered."""
    html = text("commitment.ask_partner", language, what=cut(sheet.what, _EXCERPT))
    if sheet.partner is None and sheet.due_on is None:  # the first question of several
        html += "\n\n" + text("commitment.paused", language)
    page = max(0, min(page, (len(agencies) - 1) // _PAGE))
    shown = agencies[page * _PAGE : (page + 1) * _PAGE]
    rows = [(Button(cut(name, _LABEL), f"c:pa:{sheet.key}:{ref(name)}"),) for name in shown]
    turning = pager(language, f"c:pp:{sheet.key}", page, total=len(agencies), size=_PAGE)
    alone = _skip(language, sheet, Part.PARTNER, "commitment.button_alone")
    return Rendered(html, tuple(row for row in (*rows, turning, alone) if row))


def ask_due(language: str, sheet: Sheet, choices: Sequence[DueChoice]) -> Rendered:
    """Asks by when."""
    html = text("commitment.ask_due", language, what=cut(sheet.what, _EXCERPT))
    rows = []
    for each in choices:
        key = "commitment.button_year_end" if each.mark is None else "commitment.button_mark"
        label = text(key, language, day=each.day, days=each.mark)
        rows.append((Button(label, f"c:dd:{sheet.key}:{each.day}"),))
    return Rendered(html, tuple(rows))


def ask_step(language: str, sheet: Sheet) -> Rendered:
    """Asks for the first step."""
    html = text("commitment.ask_step", language, what=cut(sheet.what, _EXCERPT))
    return Rendered(html, (_skip(language, sheet, Part.STEP),))


def ask_goal(agenda: Agenda, language: str, sheet: Sheet) -> Rendered:
    """Asks in which list the goal stands; where there is only one list, for the goal itself."""
    sources = _sources(agenda)
    if len(sources) == 1:
        return ask_goal_of(agenda, language, sheet, source=0)
    html = text("commitment.ask_goal", language, what=cut(sheet.what, _EXCERPT))
    rows = [
        (Button(cut(source, _LABEL), f"c:gl:{sheet.key}:{n}:0"),)
        for n, source in enumerate(sources)
    ]
    return Rendered(html, (*rows, _skip(language, sheet, Part.GOAL)))


def ask_goal_of(
    agenda: Agenda, language: str, sheet: Sheet, *, source: int, page: int = 0
) -> Rendered:
    """The goals of one list, by number: their titles are too long for buttons."""
    sources = _sources(agenda)
    source = min(source, len(sources) - 1)
    name = list(sources)[source]
    goals = sources[name]
    page = max(0, min(page, (len(goals) - 1) // _PAGE))
    numbered = list(enumerate(goals, start=1))[page * _PAGE : (page + 1) * _PAGE]
    html = text("commitment.ask_goal_of", language, source=name, goals=numbered)
    buttons = [Button(str(n), f"c:ga:{sheet.key}:{ref(goal.id)}") for n, goal in numbered]
    turning = pager(language, f"c:gl:{sheet.key}:{source}", page, total=len(goals), size=_PAGE)
    back: tuple[Button, ...] = ()
    if len(sources) > 1:
        back = (Button(text("commitment.button_back", language), f"c:f:{sheet.key}:g"),)
    last = (*back, *_skip(language, sheet, Part.GOAL))
    rows = (tuple(buttons[:4]), tuple(buttons[4:]), turning, last)
    return Rendered(html, tuple(row for row in rows if row))


def summary(agenda: Agenda, language: str, sheet: Sheet, *, today: date) -> Rendered:
    """Everything that was said, before it is kept."""
    html = text("commitment.summary", language, body=body(agenda, language, sheet, today=today))
    save = (Button(text("commitment.button_save", language), f"c:go:{sheet.key}"),)
    away = (Button(text("commitment.button_discard", language), f"c:no:{sheet.key}:0"),)
    return Rendered(html, (save, *_part_rows(agenda, language, sheet), away))


def choose_part(agenda: Agenda, language: str, sheet: Sheet, *, today: date) -> Rendered:
    """Asks what of a kept commitment is to change."""
    html = text(
        "commitment.choose_part", language, body=body(agenda, language, sheet, today=today)
    )
    back = (Button(text("commitment.button_back", language), f"c:v:{sheet.key[1:]}"),)
    return Rendered(html, (*_part_rows(agenda, language, sheet), back))


def ask_discard(language: str, sheet: Sheet) -> Rendered:
    """Asks before a draft is thrown away."""
    html = text("commitment.ask_discard", language, what=cut(sheet.what, _EXCERPT))
    row = (
        Button(text("commitment.button_discard_yes", language), f"c:no:{sheet.key}:1"),
        Button(text("commitment.button_back", language), f"c:d:{sheet.key}"),
    )
    return Rendered(html, (row,))


def discarded(language: str) -> Rendered:
    """A draft is gone."""
    back = Button(text("commitment.button_list", language), "c:l:0")
    return Rendered(text("commitment.discarded", language), ((back,),))


def unusable(language: str, part: Part, words: str) -> str | None:
    """What is wrong with typed words; None if nothing is."""
    if not words:
        return text("commitment.empty", language)
    limit = LIMITS.get(part)
    if limit is not None and len(words) > limit:
        return text("commitment.too_long", language, length=len(words), limit=limit)
    return None


def _part_rows(agenda: Agenda, language: str, sheet: Sheet) -> Rows:
    parts = [part for part in Part if part is not Part.GOAL or agenda.event.goals]
    buttons = [
        Button(text(f"commitment.button_{part}", language), f"c:f:{sheet.key}:{part[0]}")
        for part in parts
    ]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


def _skip(
    language: str, sheet: Sheet, part: Part, label: str = "commitment.button_skip"
) -> tuple[Button, ...]:
    return (Button(text(label, language), f"c:k:{sheet.key}:{part[0]}"),)


def _sources(agenda: Agenda) -> dict[str, list[Goal]]:
    """The event's goals by the list they stand in."""
    found: dict[str, list[Goal]] = {}
    for goal in agenda.event.goals:
        found.setdefault(goal.source, []).append(goal)
    return found
