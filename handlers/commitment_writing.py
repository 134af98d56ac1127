"""Writing a commitment by short questions, and changing its parts; see ``commitment_drafts``."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from telegram import Message, Update

from bot.domain.commitments import Part, Sheet
from bot.domain.follow_ups import due_choices
from bot.services import commitment_drafts as drafts
from bot.services.commitment_drafts import NoDate
from bot.texts import commitment_sheets as texts
from bot.texts.rendered import Rendered
from handlers.commitment_cards import AWAITED, card, leave, refuse
from handlers.context import Context
from handlers.replies import reply, show, toast

_CUT = 3500
"""A phone cuts a longer text in two; when the first half was too long, so is the whole."""
_TOGETHER = timedelta(seconds=2)
"""The pieces of a cut text arrive together."""


async def ask_new(update: Update, context: Context) -> None:
    """The button that begins a new one."""
    await toast(update)
    await context.expect(AWAITED, {"part": Part.WHAT})
    await reply(update, context, texts.ask_what(context.language))


async def begin(update: Update, context: Context, words: str) -> None:
    """A new one whose text is known already."""
    message, desk = update.effective_message, context.desk
    assert message is not None
    plain = " ".join(words.split())
    if (problem := texts.unusable(context.language, Part.WHAT, plain)) is not None:
        await _ask_shorter(update, context, message, problem, {"part": Part.WHAT})
        return
    sheet = await desk.db.write(
        drafts.begin,
        person_id=context.person_id,
        key=f"m{message.message_id}",
        what=plain,
        now=desk.now(),
    )
    await go_on(update, context, sheet)


async def begin_from_note(update: Update, context: Context) -> None:
    """An own note becomes a commitment; the note stays as it is."""
    assert context.match is not None
    desk = context.desk
    begun = await desk.db.write(
        drafts.begin_from_note,
        person_id=context.person_id,
        note_id=int(context.match.group(1)),
        now=desk.now(),
    )
    if begun is None:
        await toast(update, context.say("commitment.note_empty"), alert=True)
        return
    sheet, cut = begun
    await toast(update)
    if cut:
        await reply(update, context, context.say("commitment.from_note_cut"))
    await go_on(update, context, sheet, anew=True)


async def open_sheet(update: Update, context: Context) -> None:
    """Goes on with a draft where it was left."""
    sheet = await pressed_sheet(update, context)
    if sheet is not None:
        await toast(update)
        await go_on(update, context, sheet)


async def choose_part(update: Update, context: Context) -> None:
    """Asks what of a kept commitment is to change."""
    assert context.match is not None
    await leave(context)
    sheet = await _find(context, f"c{context.match.group(1)}")
    if sheet is None:
        await refuse(update, context)
        return
    await toast(update)
    desk = context.desk
    shown = texts.choose_part(desk.agenda, context.language, sheet, today=desk.today())
    await show(update, context, shown)


async def ask_part(update: Update, context: Context) -> None:
    """Asks one question anew."""
    assert context.match is not None
    sheet = await pressed_sheet(update, context)
    if sheet is not None:
        await toast(update)
        await ask(update, context, sheet, texts.part_of(context.match.group(2)))


async def confirm(update: Update, context: Context) -> None:
    """Keeps the draft, once, however often the button is pressed."""
    desk, sheet = context.desk, await pressed_sheet(update, context)
    if sheet is None:
        return
    if sheet.missing(goals=bool(desk.agenda.event.goals)) is not None:
        await toast(update)
        await go_on(update, context, sheet)
        return
    made = await desk.db.write(
        drafts.confirm, person_id=context.person_id, key=sheet.key, now=desk.now()
    )
    if made is None:
        await toast(update, context.say("commitment.draft_gone"), alert=True)
        return
    await toast(update)
    shown = await card(context, made.id or 0)
    assert shown is not None
    saved = Rendered(f"{context.say('commitment.saved')}\n\n{shown.html}", shown.buttons)
    await show(update, context, saved)
    desk.changed()


async def discard(update: Update, context: Context) -> None:
    """Throws the draft away, after asking."""
    assert context.match is not None
    sheet = await pressed_sheet(update, context)
    if sheet is None:
        return
    await toast(update)
    if context.match.group(2) == "0":
        await show(update, context, texts.ask_discard(context.language, sheet))
        return
    await context.desk.db.write(drafts.discard, person_id=context.person_id, key=sheet.key)
    await show(update, context, texts.discarded(context.language))


async def receive_part(update: Update, context: Context, details: Mapping[str, Any]) -> None:
    """A typed answer."""
    message = update.effective_message
    assert message is not None
    if message.date.timestamp() - details.get("cut", 0.0) <= _TOGETHER.total_seconds():
        return  # the rest of a text that was too long; its writer has been told
    part, key = Part(details["part"]), details.get("key")
    words = " ".join((message.text or "").split())
    if message.message_id == details.get("after"):
        # The bot was killed before the update counted as handled: it was the answer before.
        if (sheet := await _find(context, details["key"])) is not None:
            await ask(update, context, sheet, part)
        return
    if key is None:
        await begin(update, context, words)
        return
    problem = texts.unusable(context.language, part, words)
    value = words
    if problem is None and part is Part.DUE:
        day = drafts.read_due(context.desk, words)
        if isinstance(day, date):
            value = day.isoformat()
        else:
            problem = _no_date(context, *day)
    if problem is not None:
        await _ask_shorter(update, context, message, problem, details)
    elif part is Part.GOAL:
        await reply(update, context, context.say("commitment.press_goal"))
    else:
        await _take(update, context, key=key, part=part, value=value)


# -------------------------------------------------------------------------------- going through


async def _take(update: Update, context: Context, *, key: str, part: Part, value: str) -> None:
    sheet = await context.desk.db.write(
        drafts.answer,
        person_id=context.person_id,
        key=key,
        part=part,
        value=value,
        now=context.desk.now(),
    )
    if sheet is None:
        await leave(context)
        await reply(update, context, context.say("commitment.draft_gone"))
    else:
        await go_on(update, context, sheet)


async def go_on(update: Update, context: Context, sheet: Sheet, *, anew: bool = False) -> None:
    """The next question; after the last one what there is; of a kept commitment its card.

    ``anew``: below the message whose button was pressed, not in its place.
    """
    desk = context.desk
    part = sheet.missing(goals=bool(desk.agenda.event.goals))
    if part is not None:
        await ask(update, context, sheet, part, anew=anew)
        return
    await leave(context)
    if sheet.key.startswith("c"):
        shown = await card(context, int(sheet.key[1:]))
        desk.changed()
    else:
        shown = texts.summary(desk.agenda, context.language, sheet, today=desk.today())
    if shown is not None:
        await _put(update, context, shown, anew=anew)


async def ask(
    update: Update,
    context: Context,
    sheet: Sheet,
    part: Part,
    *,
    page: int = 0,
    anew: bool = False,
) -> None:
    """Puts the question about one part; ``page`` of the agencies, ``anew`` as in ``go_on``."""
    desk, language = context.desk, context.language
    message = update.message
    after = {"after": message.message_id} if message is not None else {}
    await context.expect(AWAITED, {"part": part, "key": sheet.key, **after})
    if part is Part.WHAT:
        shown = texts.new_what(language, sheet)
    elif part is Part.PARTNER:
        agencies = await desk.db.read(drafts.agencies, context.person)
        shown = texts.ask_partner(language, sheet, agencies, page=page)
    elif part is Part.DUE:
        shown = texts.ask_due(language, sheet, due_choices(desk.agenda.event, desk.today()))
    elif part is Part.STEP:
        shown = texts.ask_step(language, sheet)
    else:
        shown = texts.ask_goal(desk.agenda, language, sheet)
    await _put(update, context, shown, anew=anew)


async def _put(update: Update, context: Context, shown: Rendered, *, anew: bool) -> None:
    if update.callback_query is None or anew:
        await reply(update, context, shown)
    else:
        await show(update, context, shown)


async def _ask_shorter(
    update: Update,
    context: Context,
    message: Message,
    problem: str,
    details: Mapping[str, Any],
) -> None:
    """Says what is wrong; what was asked stays asked, and the rest of a cut text is passed by."""
    cut = {"cut": message.date.timestamp()} if len(message.text or "") >= _CUT else {}
    kept = {name: value for name, value in details.items() if name != "cut"}
    await context.expect(AWAITED, {**kept, **cut})
    await reply(update, context, problem)


def _no_date(context: Context, why: NoDate, day: date | None) -> str:
    return context.say(f"commitment.due_{why}", **({} if day is None else {"day": day}))


async def _find(context: Context, key: str) -> Sheet | None:
    return await context.desk.db.read(drafts.find, person_id=context.person_id, key=key)


async def pressed_sheet(update: Update, context: Context) -> Sheet | None:
    """The sheet whose key stands in the button; what was awaited is not awaited any more."""
    assert context.match is not None
    await leave(context)
    sheet = await _find(context, context.match.group(1))
    if sheet is None:
        await toast(update, context.say("commitment.draft_gone"), alert=True)
    return sheet
