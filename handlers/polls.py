"""``/jajak``: quick polls. Everybody answers; organizers write, send, close and show them."""

from telegram import Update

from bot.domain import polls as domain
from bot.domain.agenda import Session
from bot.domain.people import Role
from bot.domain.polls import Fault, Sheet, State
from bot.services import poll_pictures, polls, talking
from bot.services.polls import WRITING, Refusal
from bot.texts import polls as texts
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import behind_command, reply, show, toast


async def begin(update: Update, context: Context) -> None:
    """``/jajak``: what may be answered; to organizers all polls, or the words are a new one."""
    message = update.effective_message
    assert message is not None
    if context.person.role is not Role.ORGANIZER:
        await _own(update, context)
        return
    words = behind_command(message)
    if words:
        await _take(update, context, words)
        return
    sheets = await context.desk.db.read(polls.listed)
    await reply(update, context, texts.listing(sheets, context.language))


async def open_(update: Update, context: Context) -> None:
    """One poll as a new message, to be answered there."""
    assert context.match is not None
    number = int(context.match.group(1))
    view = await context.desk.db.read(polls.seen_by, context.person, number)
    if view is None:
        await toast(update, context.say("poll.voted_gone"), alert=True)
        return
    await toast(update)
    await reply(update, context, texts.message(view, context.language))


async def vote(update: Update, context: Context) -> None:
    """An option was pressed."""
    assert context.match is not None
    number, option, wanted = map(int, context.match.groups())
    desk = context.desk
    voted, view = await desk.db.write(
        polls.vote, desk, context.person, poll_id=number, option=option, wanted=bool(wanted)
    )
    counted = voted in (domain.Voted.RECORDED, domain.Voted.CHANGED, domain.Voted.REMOVED)
    heard = counted or voted is domain.Voted.ALREADY
    await toast(update, context.say(f"poll.voted_{voted.value}"), alert=not heard)
    if view is not None:
        await show(update, context, texts.message(view, context.language))
    if counted:
        desk.posted()


# ------------------------------------------------------------------------------ for organizers


@organizers_only
async def ask(update: Update, context: Context) -> None:
    """Asks for the words; ``ref`` in the data is the session it belongs to."""
    assert context.match is not None
    ref = context.match.group(1)
    session = context.desk.agenda.by_ref(ref) if ref else None
    await toast(update)
    await context.expect(WRITING, {"session": session.id if session else None})
    await reply(update, context, texts.ask(context.language))


@organizers_only
async def receive(update: Update, context: Context) -> None:
    """The words that were asked for."""
    message, dialogue = update.effective_message, context.dialogue
    assert message is not None and dialogue is not None
    details = dialogue.details
    session = context.desk.agenda.find(str(details.get("session")))
    await _take(update, context, message.text, session=session, instead=details.get("poll"))


@organizers_only
async def several(update: Update, context: Context) -> None:
    """Whether more than one option may be chosen."""
    assert context.match is not None
    number, value = int(context.match.group(1)), context.match.group(2) == "1"
    await _after(
        update, context, await context.desk.db.write(polls.choose, poll_id=number, several=value)
    )


@organizers_only
async def back(update: Update, context: Context) -> None:
    """The preview again, or how it goes."""
    await _after(update, context, await _pressed(context))


@organizers_only
async def send(update: Update, context: Context) -> None:
    """It leaves, once."""
    assert context.match is not None and update.callback_query is not None
    desk, number = context.desk, int(context.match.group(1))
    message = update.callback_query.message
    done = await desk.db.write(
        polls.send,
        desk,
        poll_id=number,
        board_message_id=message.message_id if message is not None else None,
    )
    if not isinstance(done, Refusal):
        await desk.db.write(talking.forget, context.person.chat_id or 0)
        desk.posted()
    await _after(update, context, done)


@organizers_only
async def drop(update: Update, context: Context) -> None:
    """It does not leave."""
    assert context.match is not None
    if not await context.desk.db.write(polls.drop, poll_id=int(context.match.group(1))):
        await toast(update, context.say(Refusal.SENT.value), alert=True)
        return
    await context.desk.db.write(talking.forget, context.person.chat_id or 0)
    await toast(update)
    await show(update, context, Rendered(context.say("poll.dropped")))


@organizers_only
async def listing(update: Update, context: Context) -> None:
    """All polls, in place."""
    sheets = await context.desk.db.read(polls.listed)
    await toast(update)
    await show(update, context, texts.listing(sheets, context.language))


@organizers_only
async def board(update: Update, context: Context) -> None:
    """How it goes, in place; of one's own poll this message is kept up to date from now on."""
    assert update.callback_query is not None
    found = await _pressed(context)
    message = update.callback_query.message
    if not isinstance(found, Refusal) and message is not None:
        await context.desk.db.write(
            polls.watched,
            poll_id=found.view.id,
            author_id=context.person_id,
            message_id=message.message_id,
        )
    await _after(update, context, found)


@organizers_only
async def turn(update: Update, context: Context) -> None:
    """Closes it, or opens it again."""
    assert context.match is not None
    desk, (number, turned) = context.desk, map(int, context.match.groups())
    done = await desk.db.write(polls.turn, desk, poll_id=number, turn=turned)
    desk.posted()
    await _after(update, context, done)


@organizers_only
async def wall(update: Update, context: Context) -> None:
    """Whether the page for the projector shows it."""
    assert context.match is not None
    number, shown = int(context.match.group(1)), context.match.group(2) == "1"
    await _after(
        update,
        context,
        await context.desk.db.write(polls.show_on_wall, poll_id=number, shown=shown),
    )


@organizers_only
async def groups(update: Update, context: Context) -> None:
    """What each group answered."""
    assert context.match is not None
    found = await context.desk.db.read(polls.groups, int(context.match.group(1)))
    if found is None:
        await toast(update, context.say(Refusal.GONE.value), alert=True)
        return
    await toast(update)
    await show(update, context, texts.groups(*found, context.language))


@organizers_only
async def picture(update: Update, context: Context) -> None:
    """The results as a picture."""
    assert update.effective_chat is not None
    found = await _pressed(context)
    if isinstance(found, Refusal) or found.view.state is State.DRAFT:
        await toast(update, context.say(Refusal.GONE.value), alert=True)
        return
    await toast(update, context.say("poll.making"))
    made = await poll_pictures.make(found.view, context.language)
    if made is None:
        await reply(update, context, context.say("poll.not_made"))
        return
    await context.bot.send_photo(update.effective_chat.id, made)


async def _own(update: Update, context: Context) -> None:
    """What somebody may answer; a single poll at once."""
    views = await context.desk.db.read(polls.open_for, context.person)
    one = texts.message(views[0], context.language) if len(views) == 1 else None
    await reply(update, context, one or texts.own(views, context.language))


async def _take(
    update: Update,
    context: Context,
    words: str | None,
    *,
    session: Session | None = None,
    instead: int | None = None,
) -> None:
    """The words of a poll: its preview, or what is wrong with them."""
    facts = {"session": session.id if session else None, "poll": instead}
    if not words:
        await reply(update, context, context.say("poll.text_wanted"))
        return
    read = domain.read(words)
    if isinstance(read, Fault):
        await context.expect(WRITING, facts)
        await reply(update, context, texts.fault(read, context.language))
        return
    desk = context.desk
    sheet = await desk.db.write(
        polls.draft,
        desk,
        author_id=context.person_id,
        wording=read,
        session=session,
        instead=instead,
    )
    await context.expect(WRITING, facts | {"poll": sheet.view.id})
    await reply(update, context, texts.preview(sheet, context.language))


async def _pressed(context: Context) -> Sheet | Refusal:
    assert context.match is not None
    found = await context.desk.db.read(polls.look, int(context.match.group(1)))
    return Refusal.GONE if found is None else found


async def _after(update: Update, context: Context, done: Sheet | Refusal) -> None:
    """Shows what the poll is now, in place."""
    if isinstance(done, Refusal):
        await toast(update, context.say(done.value), alert=True)
        return
    await toast(update)
    drafted = done.view.state is State.DRAFT
    shown = texts.preview if drafted else texts.board
    await show(update, context, shown(done, context.language))
