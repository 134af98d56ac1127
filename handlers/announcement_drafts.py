"""``/umumkan``: compose, see it as it will look, confirm, watch it arrive."""

from collections.abc import Coroutine
from typing import Any

from telegram import Message, MessageEntity, MessageId, Update
from telegram.error import BadRequest

from bot.services import announcement_views as views
from bot.services import audiences, broadcasting, drafting, talking
from bot.services.broadcasting import Refusal
from bot.services.drafting import Draft
from bot.services.seconding import What as Second
from bot.texts import announcements as texts
from bot.texts.announcements import Preview
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.four_eyes import seconded
from handlers.guards import organizers_only
from handlers.replies import behind_command, reply, show, toast

_WORDS = {
    Refusal.ALREADY: "broadcast.already",
    Refusal.NOBODY: "broadcast.nobody_left",
    Refusal.BUSY: "broadcast.busy",
    Refusal.GONE: "broadcast.gone",
}
_CAPTIONED = ("photo", "document", "voice", "video", "audio", "animation")
_UNTITLED = ("photo", "voice", "document", "location")


@organizers_only
async def compose(update: Update, context: Context) -> None:
    """Asks for the announcement; what was typed behind the command is it already."""
    message = update.effective_message
    assert message is not None
    if await context.desk.db.read(audiences.size) == 0:
        await reply(update, context, context.say("broadcast.nobody"))
        return
    await expect(update, context, {"step": "compose"})  # another one, if this is refused
    words, entities = _behind_command(message)
    if not words:
        await reply(update, context, context.say("broadcast.ask"))
        return
    preview = context.bot.send_message(
        message.chat_id,
        words,
        entities=entities,
        link_preview_options=message.link_preview_options,
    )
    await _draft(update, context, preview, words)


async def receive_composed(update: Update, context: Context) -> None:
    """Shows the composed message as it will arrive and asks before sending.

    The preview is a copy that the bot owns, and the copy is what goes out: an edit of the
    organizer's own message after the preview changes nothing any more.
    """
    message = update.effective_message
    assert message is not None
    if message.media_group_id:
        await _refuse_album(update, context, message.media_group_id)
        return
    preview = context.bot.copy_message(message.chat_id, message.chat_id, message.message_id)
    title = message.text or message.caption or _untitled(context, message)
    await _draft(update, context, preview, title)


async def _draft(
    update: Update,
    context: Context,
    preview: Coroutine[Any, Any, Message | MessageId],
    title: str,
) -> None:
    message, desk = update.effective_message, context.desk
    assert message is not None
    try:
        shown = await preview
    except BadRequest as error:
        await reply(update, context, context.say("broadcast.refused", why=error.message))
        return
    facts: dict[str, Any] = {
        "source": (message.chat_id, shown.message_id),
        "title": title,
        "content": _content(message),
    }
    number = _changing(context)
    if number is None or not await desk.db.write(drafting.replace, broadcast_id=number, **facts):
        broadcast = await desk.db.write(
            drafting.draft, author_id=context.person_id, now=desk.now(), **facts
        )
        number = broadcast.id or 0
    await desk.db.write(talking.forget, message.chat_id)
    found = await desk.db.read(drafting.look_at, desk, number)
    assert found is not None
    await reply(update, context, confirmation(context, found))


@organizers_only
@seconded(Second.ANNOUNCEMENT)
async def confirm(update: Update, context: Context) -> None:
    """Sends it, once, however often and by however many the button is pressed."""
    await leave(update, context)
    desk, number = context.desk, pressed_number(context)
    report = await desk.db.write(
        broadcasting.confirm, desk, broadcast_id=number, watcher=watcher(update)
    )
    if report is Refusal.NOBODY:
        await toast(update, context.say("broadcast.nobody_there"), alert=True)
        return
    if isinstance(report, Refusal):
        await refuse(update, context, report)
        return
    desk.posted()
    await toast(update)
    await show(update, context, views.before(desk, report, context.language))


@organizers_only
async def discard(update: Update, context: Context) -> None:
    """Throws the draft away."""
    await leave(update, context)
    number = pressed_number(context)
    if not await context.desk.db.write(drafting.discard, broadcast_id=number):
        await refuse(update, context, Refusal.ALREADY)
        return
    await toast(update)
    await show(update, context, Rendered(context.say("broadcast.discarded")))


@organizers_only
async def stop(update: Update, context: Context) -> None:
    """Cancels what has not left yet. The report that follows tells who got it all the same."""
    await leave(update, context)
    desk, number = context.desk, pressed_number(context)
    count = await desk.db.write(
        broadcasting.stop, desk, broadcast_id=number, watcher=watcher(update)
    )
    if isinstance(count, Refusal):
        await refuse(update, context, count)
        return
    desk.posted()
    await toast(update, context.say("broadcast.halted", count=count))


# ------------------------------------------------------------------------- shared by the topic


def confirmation(context: Context, draft: Draft) -> Rendered:
    """The question before sending."""
    return texts.confirm(context.language, preview_of(draft), zone=context.desk.zone)


def preview_of(draft: Draft) -> Preview:
    """The draft in the facts that its texts need."""
    broadcast = draft.broadcast
    return Preview(
        id=broadcast.id or 0,
        audience=draft.audience.kind,
        name=draft.name,
        names=draft.names,
        waiting=draft.waiting,
        quiet=draft.quiet,
        urgent_reason=broadcast.urgent_reason,
        ask_read=broadcast.ask_read,
        validity=broadcast.validity,
        at=broadcast.scheduled_at,
    )


async def expect(update: Update, context: Context, details: dict[str, Any]) -> None:
    """The next message of this chat belongs to an announcement; ``step`` says in what way."""
    assert update.effective_chat is not None
    await context.desk.db.write(
        talking.expect,
        update.effective_chat.id,
        "announcement",
        now=context.desk.now(),
        details=details,
    )


async def leave(update: Update, context: Context) -> None:
    """A time or a reason that was asked for is not awaited any more: another way was taken."""
    dialogue, chat = context.dialogue, update.effective_chat
    assert dialogue is not None and chat is not None
    asked = dialogue.details.get("step") in ("time", "reason") or _changing(context) is not None
    if dialogue.awaiting == "announcement" and asked:
        await context.desk.db.write(talking.forget, chat.id)


def _changing(context: Context) -> int | None:
    """The draft whose message is to be replaced by the next one."""
    details = context.dialogue.details if context.dialogue else {}
    return int(details["id"]) if details.get("step") == "compose" and "id" in details else None


async def refuse(update: Update, context: Context, why: Refusal) -> None:
    """Says why the button did nothing."""
    await toast(update, context.say(_WORDS[why]), alert=True)


async def begun(update: Update, context: Context, shown: Rendered) -> None:
    """Something is on its way at once, and ``shown`` says so where its report will stand.

    Only then is the rest set going: words that come later would stand in the report's place.
    """
    try:
        await toast(update)
        await show(update, context, shown)
    finally:
        context.desk.posted()


def pressed_number(context: Context) -> int:
    """The id in the button's data."""
    assert context.match is not None
    return int(context.match.group(1))


def watcher(update: Update) -> tuple[int, int | None]:
    """The chat and the message whose button was pressed."""
    assert update.effective_chat is not None and update.callback_query is not None
    message = update.callback_query.message
    return update.effective_chat.id, message.message_id if isinstance(message, Message) else None


async def _refuse_album(update: Update, context: Context, album: str) -> None:
    """An album comes as several messages; one answer to all of them is enough."""
    assert context.dialogue is not None
    if context.dialogue.details.get("album") == album:
        return
    await expect(update, context, {**context.dialogue.details, "album": album})
    await reply(update, context, context.say("broadcast.album"))


def _behind_command(message: Message) -> tuple[str, list[MessageEntity]]:
    """What was typed behind the command, and its formatting, counted from its own beginning."""
    text = message.text or ""
    words = behind_command(message)
    cut = len(text.removesuffix(words).encode("utf-16-le")) // 2  # as Telegram counts
    kept = []
    for entity in message.entities:
        begin, end = max(entity.offset, cut), entity.offset + entity.length
        if end > begin:
            moved = entity.to_dict() | {"offset": begin - cut, "length": end - begin}
            kept.append(MessageEntity.de_json(moved))
    return words, kept


def _content(message: Message) -> str:
    if message.text:
        return "text"
    return "caption" if any(getattr(message, kind) for kind in _CAPTIONED) else "other"


def _untitled(context: Context, message: Message) -> str:
    kind = next((kind for kind in _UNTITLED if getattr(message, kind)), "other")
    return str(context.say(f"broadcast.untitled_{kind}"))
