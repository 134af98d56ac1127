"""Writing reflection notes: from a command, a prompt, a question, an edited message."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from telegram import Message, Update

from bot.domain.agenda import Session
from bot.domain.drafts import Draft, Subject
from bot.domain.orders import read_order
from bot.domain.people import Role
from bot.services import prompting, reflecting, talking, writing
from bot.services.prompting import PROMPTED, Prompted
from bot.services.writing import WRITING
from bot.texts import note_writing as texts
from handlers import note_files
from handlers.answering import answer, is_clear
from handlers.context import Context
from handlers.note_keeping import keep
from handlers.note_messages import COMMAND, piece_of
from handlers.replies import behind_command, quoted_message, reply, show, toast


async def reflect(update: Update, context: Context) -> None:
    """``/refleksi``: alone asks what about; with words behind it keeps them at once."""
    message = update.effective_message
    assert message is not None
    today = context.desk.today()
    if behind_command(message):
        await keep(update, context, message, Draft(Subject(today)))
        return
    sessions = _reflectable(context)
    if sessions:
        draft = Draft(Subject(today), unsettled=True)
        await context.expect(WRITING, draft.to_details())
        await reply(update, context, texts.choose(context.language, sessions, today))
    else:
        await _ask(update, context, session=None, day=today)


async def reflect_on(update: Update, context: Context) -> None:
    """A button to reflect on a session, or on a day."""
    assert context.match is not None
    subject = context.match.group(1)
    session = context.desk.agenda.by_ref(subject)
    day = context.desk.agenda.day_of(session) if session else _day(subject)
    if day is None:  # a prompt may ask about a session that is gone from the agenda since
        asked = await _prompted(context, _below_button(update))
        day = asked.day if asked is not None else None
    if day is None:
        await toast(update, context.say("general.expired_button"), alert=True)
        return
    await toast(update)
    await _ask(update, context, session=session, day=day)


async def addressed(update: Update, context: Context, awaiting: str | None) -> bool:
    """Takes a message that says by itself that it is a note, whatever else is awaited.

    That is a reply to a prompt, and a caption that begins with the command. After a reply the
    other thing is still awaited, unless the phone sends the note in several messages.
    """
    message, dialogue = update.effective_message, context.dialogue
    assert message is not None and dialogue is not None
    if COMMAND.match(message.caption or ""):
        await keep(update, context, message, Draft(Subject(context.desk.today())))
        return True
    asked = await _prompted(context, message.reply_to_message)
    if asked is None:
        return False
    open_draft = _draft(dialogue.details) if awaiting == WRITING else None
    if open_draft is not None and open_draft.note_id and open_draft.subject == asked.subject:
        await keep(update, context, message, open_draft)
        return True
    piece, free = piece_of(message), awaiting in (None, PROMPTED, WRITING)
    more = piece is not None and piece.of_several
    await _answer_prompt(update, context, asked, stay_open=free or more)
    return True


async def receive(update: Update, context: Context, awaiting: str | None) -> bool:
    """Takes a message that is a note or a piece of one; False if it is something else."""
    dialogue = context.dialogue
    assert dialogue is not None
    if await addressed(update, context, awaiting):
        return True
    if awaiting == WRITING:
        return await _go_on(update, context, _draft(dialogue.details))
    return awaiting == PROMPTED and await _after_prompt(update, context)


async def keep_question(update: Update, context: Context) -> None:
    """A message that was no question after all is kept: in the open note, else as a new one."""
    message, dialogue = quoted_message(update), context.dialogue
    if message is None or piece_of(message) is None:
        await toast(update, context.say("general.question_gone"), alert=True)
        return
    assert dialogue is not None
    await toast(update)
    writing_now = talking.awaited(dialogue, context.desk.now()) == WRITING
    if writing_now:
        await keep(update, context, message, _draft(dialogue.details))
    else:
        new = Draft(Subject(context.desk.today()))
        await keep(update, context, message, new, stay_open=False)


async def take_back(update: Update, context: Context) -> None:
    """What was kept as a note was meant as a question: it leaves the note and is answered."""
    message = quoted_message(update)
    if message is None or not message.text:
        await toast(update, context.say("general.question_gone"), alert=True)
        return
    await toast(update)
    desk = context.desk
    taken = await desk.db.write(
        writing.take_back,
        person_id=context.person_id,
        source=(message.chat_id, message.message_id),
        now=desk.now(),
    )
    if taken:
        await show(update, context, texts.taken_back(context.language))
    await answer(update, context, message)


async def assign(update: Update, context: Context) -> None:
    """Says which session a note is about."""
    assert context.match is not None and update.effective_chat is not None
    note_id, desk = int(context.match.group(1)), context.desk
    session = desk.agenda.by_ref(context.match.group(2))
    done = session is not None and await desk.db.write(
        writing.assign,
        desk.agenda,
        person_id=context.person_id,
        note_id=note_id,
        session_id=session.id,
        chat_id=update.effective_chat.id,
    )
    if not done or session is None:
        await toast(update, context.say("note.gone"), alert=True)
        return
    await toast(update)
    await show(update, context, texts.assigned(context.language, session))


async def follow_edit(update: Update, context: Context) -> None:
    """The person edited a Telegram message: its share of the note follows, its file too."""
    message = update.edited_message
    piece = piece_of(message) if message is not None else None
    if message is None or piece is None or (piece.blank and piece.file is None):
        return
    desk = context.desk
    edited = await desk.db.write(
        writing.edit, person_id=context.person_id, piece=piece, now=desk.now()
    )
    if edited is None:
        return
    if edited.refused is not None and piece.file is not None:
        file = piece.file
        await reply(update, context, texts.file_refused(context.language, edited.refused, file))
    if edited.attachment is not None:
        trouble = await note_files.fetch(context, edited.attachment)
        if trouble is not None:
            await note_files.tell(update, context, edited.attachment, trouble, to=message)
            return
    if not edited.removed:
        key = "note.follows_edit" if edited.followed else "note.edit_in_list"
        await reply(update, context, context.say(key))


async def _go_on(update: Update, context: Context, draft: Draft) -> bool:
    """The text that was asked for, or the next piece; a clear question in between is neither."""
    message = update.effective_message
    assert message is not None
    begun = draft.note_id is not None
    asked_for = not begun and not draft.unsettled
    if not asked_for and _meant_otherwise(context, message.text):
        return False
    piece = piece_of(message)
    together = piece is not None and draft.continued_by(piece)
    doubtful = not asked_for and not together
    choices = _reflectable(context) if draft.unsettled else ()
    await keep(update, context, message, draft, doubtful=doubtful, choices=choices)
    return True


async def _after_prompt(update: Update, context: Context) -> bool:
    """Something typed right after a prompt, without replying to it."""
    message = update.effective_message
    assert message is not None
    desk = context.desk
    asked = await desk.db.read(prompting.just_asked, desk.agenda, message.chat_id, now=desk.now())
    if asked is None or _meant_otherwise(context, message.text) or piece_of(message) is None:
        await desk.db.write(talking.forget, message.chat_id)  # something else was sent since
        return False
    await _answer_prompt(update, context, asked, doubtful=True)
    return True


def _reflectable(context: Context) -> Sequence[Session]:
    return reflecting.reflectable(context.agenda, context.desk.now())[:6]


def _meant_otherwise(context: Context, text: str | None) -> bool:
    """Whether it is clearly a question, or an organizer's order to change the rundown."""
    if not text:
        return False
    desk = context.desk
    organizer = context.person.role is Role.ORGANIZER
    order = organizer and read_order(text, desk.agenda, desk.now()) is not None
    return order or is_clear(context, text)


async def _answer_prompt(
    update: Update,
    context: Context,
    asked: Prompted,
    *,
    doubtful: bool = False,
    stay_open: bool = True,
) -> None:
    message, agenda = update.effective_message, context.desk.agenda
    assert message is not None
    found = [session for id_ in asked.sessions if (session := agenda.find(id_)) is not None]
    subject = asked.subject
    choices = found if subject.session_id is None else []
    await keep(
        update,
        context,
        message,
        Draft(subject),
        doubtful=doubtful,
        stay_open=stay_open,
        choices=choices,
    )


async def _prompted(context: Context, message: Message | None) -> Prompted | None:
    """What the message asked about, if it is a prompt."""
    if message is None:
        return None
    desk = context.desk
    return await desk.db.read(prompting.asked_by, desk.agenda, message.chat_id, message.message_id)


async def _ask(update: Update, context: Context, *, session: Session | None, day: date) -> None:
    draft = Draft(Subject(day, session.id if session else None))
    await context.expect(WRITING, draft.to_details())
    asked = texts.ask(context.desk.agenda, context.language, session=session, day=day)
    await reply(update, context, asked)


def _below_button(update: Update) -> Message | None:
    pressed = update.callback_query.message if update.callback_query else None
    return pressed if isinstance(pressed, Message) else None


def _draft(details: Mapping[str, Any]) -> Draft:
    return Draft.from_details(details)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
