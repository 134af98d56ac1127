"""One commitment of one's own: how it stands, asking again, sharing, deleting."""

from collections.abc import Mapping
from typing import Any

from telegram import Message, Update

from bot.domain.commitments import REMARK_LIMIT, Standing
from bot.services import committing, privacy, talking
from bot.store.tables import Commitment
from bot.texts import commitments as texts
from bot.texts import follow_ups
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.replies import reply, show, toast

AWAITED = "commitment"
"""What the dialogue waits for: a part of a commitment, or why one was dropped."""


async def view(update: Update, context: Context) -> None:
    """One commitment whole; below a question in a message of its own, so that the rest stays."""
    assert context.match is not None
    where, number = context.match.groups()
    await leave(context)
    shown = await card(context, int(number))
    if shown is None:
        await refuse(update, context)
        return
    await toast(update)
    if where == "V":
        await reply(update, context, shown)
    else:
        await show(update, context, shown)


async def stand(update: Update, context: Context) -> None:
    """The owner says how it stands; of what is dropped they are asked why."""
    assert context.match is not None
    number, standing = int(context.match.group(1)), texts.BY_LETTER[context.match.group(2)]
    desk = context.desk
    await leave(context)
    found = await desk.db.write(
        committing.stand,
        person_id=context.person_id,
        commitment_id=number,
        standing=standing,
        now=desk.now(),
    )
    if found is None:
        await refuse(update, context)
        return
    await toast(update, context.say("commitment.changed"))
    if standing is Standing.DROPPED:
        await context.expect(AWAITED, {"why": number})
        await show(update, context, texts.ask_why(context.language, number))
    else:
        await _show_card(update, context, number)
    desk.changed()


async def receive_why(update: Update, context: Context, details: Mapping[str, Any]) -> None:
    """Why it was dropped, typed."""
    message = update.effective_message
    assert message is not None
    words, number = " ".join((message.text or "").split()), int(details["why"])
    if not words:
        await reply(update, context, context.say("commitment.empty"))
        return
    if len(words) > REMARK_LIMIT:
        facts = {"length": len(words), "limit": REMARK_LIMIT}
        await reply(update, context, context.say("commitment.too_long", **facts))
        return
    found = await context.desk.db.write(
        committing.explain, person_id=context.person_id, commitment_id=number, remark=words
    )
    await leave(context)
    shown = await card(context, number) if found is not None else None
    await reply(update, context, shown or context.say("commitment.gone"))


async def snooze(update: Update, context: Context) -> None:
    """Asks about the commitments of this message once more, some days later."""
    assert context.match is not None and update.callback_query is not None
    desk, message = context.desk, update.callback_query.message
    asked = await desk.db.read(
        committing.asked_in,
        chat_id=message.chat.id if message else 0,
        message_id=message.message_id if isinstance(message, Message) else 0,
    )
    day = await desk.db.write(
        committing.snooze,
        desk,
        person_id=context.person_id,
        commitment_ids=asked,
        days=int(context.match.group(1)),
    )
    if day is None:
        await toast(update, context.say("commitment.nothing_open"), alert=True)
        return
    await toast(update)
    await show(update, context, follow_ups.snoozed(context.language, day))
    desk.changed()


async def share(update: Update, context: Context) -> None:
    """Asks before it is shared (1), shares it (2), or takes it back (0)."""
    assert context.match is not None
    number, step = int(context.match.group(1)), context.match.group(2)
    person_id, desk = context.person_id, context.desk
    event = desk.agenda.event
    found = await desk.db.read(committing.find, person_id=person_id, commitment_id=number)
    if found is None:
        await refuse(update, context)
        return
    if step != "0" and not privacy.consented(context.person, event):
        await toast(update)
        asked = privacy.question(context.person, event, then=f"c:s:{number}:1")
        await reply(update, context, asked)
        return
    if step == "1":
        await toast(update)
        await show(update, context, texts.ask_share(context.language, found))
        return
    await desk.db.write(
        committing.share,
        person_id=person_id,
        commitment_id=number,
        shared=step == "2",
        now=desk.now(),
    )
    await toast(update, context.say(f"commitment.{'shared' if step == '2' else 'withdrawn'}"))
    await _show_card(update, context, number)


async def delete(update: Update, context: Context) -> None:
    """Deletes it, with the way back below."""
    number, found = await _pressed(update, context)
    if found is None:
        return
    await context.desk.db.write(
        committing.delete,
        person_id=context.person_id,
        commitment_id=number,
        now=context.desk.now(),
    )
    await toast(update)
    await show(update, context, texts.deleted(context.language, found))


async def restore(update: Update, context: Context) -> None:
    """Takes a deletion back."""
    assert context.match is not None
    number, desk = int(context.match.group(1)), context.desk
    found = await desk.db.write(
        committing.restore, person_id=context.person_id, commitment_id=number, now=desk.now()
    )
    if found is None:
        await toast(update, context.say("commitment.too_late"), alert=True)
        return
    await toast(update, context.say("commitment.restored"))
    await _show_card(update, context, number)
    desk.changed()


# ------------------------------------------------------------------------- shared by the topic


async def card(context: Context, commitment_id: int) -> Rendered | None:
    """The commitment as its owner sees it; None if it is not theirs or gone."""
    desk = context.desk
    found = await desk.db.read(
        committing.last_word, person_id=context.person_id, commitment_id=commitment_id
    )
    if found is None:
        return None
    commitment, last = found
    return texts.card(
        desk.agenda,
        context.language,
        commitment,
        said_at=last.said_at if last else None,
        remark=last.remark if last else "",
        today=desk.today(),
    )


async def leave(context: Context) -> None:
    """What was asked about a commitment is not awaited any more: another way was taken."""
    dialogue = context.dialogue
    if dialogue is not None and dialogue.awaiting == AWAITED:
        await context.desk.db.write(talking.forget, dialogue.chat_id)
        dialogue.awaiting = None


async def refuse(update: Update, context: Context) -> None:
    """Says that the commitment of this button is gone."""
    await toast(update, context.say("commitment.gone"), alert=True)


async def _show_card(update: Update, context: Context, number: int) -> None:
    shown = await card(context, number)
    if shown is not None:
        await show(update, context, shown)


async def _pressed(update: Update, context: Context) -> tuple[int, Commitment | None]:
    assert context.match is not None
    number = int(context.match.group(1))
    found = await context.desk.db.read(
        committing.find, person_id=context.person_id, commitment_id=number
    )
    if found is None:
        await refuse(update, context)
    return number, found
