"""Answers by button while a commitment is written or changed."""

from datetime import date

from telegram import Update

from bot.domain.commitments import Part
from bot.domain.refs import ref
from bot.services import commitment_drafts as drafts
from bot.texts import commitment_sheets as texts
from handlers.commitment_writing import ask, go_on, pressed_sheet
from handlers.context import Context
from handlers.replies import show, toast


async def turn_agencies(update: Update, context: Context) -> None:
    """Another page of agencies."""
    assert context.match is not None
    sheet = await pressed_sheet(update, context)
    if sheet is not None:
        await toast(update)
        await ask(update, context, sheet, Part.PARTNER, page=int(context.match.group(2)))


async def turn_goals(update: Update, context: Context) -> None:
    """A list of goals, or another page of it."""
    assert context.match is not None
    sheet = await pressed_sheet(update, context)
    if sheet is None:
        return
    await toast(update)
    if not context.desk.agenda.event.goals:
        await go_on(update, context, sheet)
        return
    source, page = int(context.match.group(2)), int(context.match.group(3))
    agenda = context.desk.agenda
    shown = texts.ask_goal_of(agenda, context.language, sheet, source=source, page=page)
    await show(update, context, shown)


async def skip(update: Update, context: Context) -> None:
    """Passes a question over."""
    assert context.match is not None
    await _answer(update, context, texts.part_of(context.match.group(2)), "")


async def choose_agency(update: Update, context: Context) -> None:
    """With whom, by button."""
    assert context.match is not None
    names = await context.desk.db.read(drafts.agencies, context.person)
    chosen = next((name for name in names if ref(name) == context.match.group(2)), None)
    await _answer(update, context, Part.PARTNER, chosen)


async def choose_due(update: Update, context: Context) -> None:
    """By when, by button."""
    assert context.match is not None
    try:
        day = date.fromisoformat(context.match.group(2))
    except ValueError:
        await _answer(update, context, Part.DUE, None)
        return
    problem = drafts.check_due(day, context.desk.today())
    if problem is not None:
        await toast(update, context.say(f"commitment.due_{problem}", day=day), alert=True)
        return
    await _answer(update, context, Part.DUE, day.isoformat())


async def choose_goal(update: Update, context: Context) -> None:
    """What it serves, by button."""
    assert context.match is not None
    goals = context.desk.agenda.event.goals
    chosen = next((goal.id for goal in goals if ref(goal.id) == context.match.group(2)), None)
    await _answer(update, context, Part.GOAL, chosen)


async def _answer(update: Update, context: Context, part: Part, value: str | None) -> None:
    """An answer by button; None: what the button stood for is gone."""
    assert context.match is not None
    sheet = None
    if value is not None:
        sheet = await context.desk.db.write(
            drafts.answer,
            person_id=context.person_id,
            key=context.match.group(1),
            part=part,
            value=value,
            now=context.desk.now(),
        )
    if sheet is None:
        await toast(update, context.say("commitment.draft_gone"), alert=True)
        return
    await toast(update)
    await go_on(update, context, sheet)
