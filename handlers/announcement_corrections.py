"""Correcting an announcement: the new text, how it will look, then for everybody who has it."""

from telegram import Message, MessageId, Update
from telegram.error import BadRequest

from bot.services import corrections, talking
from bot.services.broadcasting import Refusal
from bot.store.tables import Broadcast
from bot.texts import announcement_choices as choices
from bot.texts import announcements as texts
from bot.texts.rendered import Rendered
from handlers.announcement_drafts import begun, expect, pressed_number, refuse, watcher
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import reply, show, toast


@organizers_only
async def ask(update: Update, context: Context) -> None:
    """Asks for the right text."""
    number = pressed_number(context)
    notice = await context.desk.db.read(corrections.correctable, number)
    if isinstance(notice, Refusal):
        await refuse(update, context, notice)
        return
    await expect(update, context, {"step": "correction", "id": number})
    await toast(update)
    words = context.say("broadcast.ask_correction", in_place=corrections.in_place(notice))
    await reply(update, context, words)


async def receive(update: Update, context: Context, details: dict[str, object]) -> None:
    """Shows the correction as it will look. What Telegram refuses here goes to nobody."""
    message, desk, number = update.effective_message, context.desk, int(str(details["id"]))
    assert message is not None
    notice = await desk.db.read(corrections.correctable, number)
    if isinstance(notice, Refusal):
        await desk.db.write(talking.forget, message.chat_id)
        await reply(update, context, context.say("broadcast.gone"))
        return
    html = message.text_html
    try:
        preview = await _preview(context, notice, message.chat_id, _marked(context, notice, html))
    except BadRequest as error:
        await reply(
            update, context, context.say("broadcast.correction_refused", why=error.message)
        )
        return
    found = await desk.db.write(
        corrections.draft_correction,
        notice_id=number,
        author_id=context.person_id,
        source=(message.chat_id, preview.message_id),
        words=message.text or "",
        html=html,
        now=desk.now(),
    )
    await desk.db.write(talking.forget, message.chat_id)
    if isinstance(found, Refusal):
        await reply(update, context, context.say("broadcast.gone"))
        return
    draft, count, doubt = found
    shown = choices.correction(
        context.language,
        draft.id or 0,
        count=count,
        in_place=corrections.in_place(notice),
        doubt=doubt,
    )
    await reply(update, context, shown)


@organizers_only
async def confirm(update: Update, context: Context) -> None:
    """Corrects the source, for those who get it later, then every copy."""
    desk, number = context.desk, pressed_number(context)
    found = await desk.db.read(corrections.drafted, number)
    if found is None:
        await refuse(update, context, Refusal.ALREADY)
        return
    correction, notice = found
    checked = await desk.db.read(corrections.correctable, notice.id or 0)
    if isinstance(checked, Refusal):  # before anything of it is changed
        await refuse(update, context, checked)
        return
    await _correct_source(context, notice, correction.html or "")
    report = await desk.db.write(
        corrections.correct, desk, correction_id=number, watcher=watcher(update)
    )
    if isinstance(report, Refusal):
        await refuse(update, context, report)
        return
    shown = Rendered(context.say("broadcast.correction_sent", total=report.total))
    await begun(update, context, shown)


@organizers_only
async def drop(update: Update, context: Context) -> None:
    """The announcement stays as it was."""
    if not await context.desk.db.write(corrections.drop, pressed_number(context)):
        await refuse(update, context, Refusal.ALREADY)
        return
    await toast(update)
    await show(update, context, Rendered(context.say("broadcast.correction_dropped")))


async def _preview(
    context: Context, notice: Broadcast, chat_id: int, html: str
) -> Message | MessageId:
    """The correction as it will look, the picture or file that it stands below included."""
    if notice.content != "caption":
        return await context.bot.send_message(chat_id, html, parse_mode="HTML")
    source = notice.source_chat_id, notice.source_message_id
    return await context.bot.copy_message(chat_id, *source, caption=html, parse_mode="HTML")


async def _correct_source(context: Context, notice: Broadcast, html: str) -> None:
    """The copy that everybody's copy is made of. One that is gone can be copied no more either."""
    chat, message = notice.source_chat_id, notice.source_message_id
    marked = texts.corrected(
        html, context.language, at=context.desk.now(), zone=context.desk.zone, in_place=True
    )
    try:
        if notice.content == "text":
            await context.bot.edit_message_text(marked, chat, message, parse_mode="HTML")
        elif notice.content == "caption":
            await context.bot.edit_message_caption(
                chat, message, caption=marked, parse_mode="HTML"
            )
    except BadRequest:
        return


def _marked(context: Context, notice: Broadcast, html: str) -> str:
    return texts.corrected(
        html,
        context.language,
        at=context.desk.now(),
        zone=context.desk.zone,
        in_place=corrections.in_place(notice),
    )
