"""Questions to the speakers of a session: from its card, voted for, moderated by organizers."""

from telegram import Update

from bot.domain.agenda import Session
from bot.domain.people import Role
from bot.domain.speaker_questions import LONGEST
from bot.services import speaker_questions
from bot.services.speaker_questions import ASKING
from bot.texts import speaker_questions as texts
from bot.texts.rendered import Rendered
from handlers.context import Context
from handlers.guards import organizers_only
from handlers.replies import reply, show, toast
from handlers.sessions import pressed_session


async def open_(update: Update, context: Context) -> None:
    """What was asked so far, and the way to ask."""
    session = await pressed_session(update, context)
    if session is not None:
        await toast(update)
        await reply(update, context, await _listing(context, session))


async def ask(update: Update, context: Context) -> None:
    """Asks for the words."""
    session = await pressed_session(update, context)
    if session is not None:
        await toast(update)
        await context.expect(ASKING, {"session": session.id})
        await reply(update, context, texts.ask(session, context.language))


async def receive(update: Update, context: Context) -> None:
    """The words: shown again, with the choice of a name."""
    message, dialogue = update.effective_message, context.dialogue
    assert message is not None and dialogue is not None
    session = context.desk.agenda.find(str(dialogue.details.get("session")))
    words = " ".join((message.text or "").split())
    if session is None:
        await reply(update, context, context.say("general.expired_button"))
    elif not words:
        await reply(update, context, context.say("speaker.text_wanted"))
    elif len(words) > LONGEST:
        facts = {"length": len(words), "longest": LONGEST}
        await reply(update, context, context.say("speaker.too_long", **facts))
    else:
        await context.expect(ASKING, {"session": session.id, "text": words})
        await reply(update, context, texts.preview(session, words, context.language))


async def send(update: Update, context: Context) -> None:
    """The question goes to the organizers, once however often it is pressed."""
    assert context.match is not None and context.dialogue is not None
    desk, named = context.desk, context.match.group(1) == "1"
    drafted = context.dialogue.awaiting == ASKING and "text" in context.dialogue.details
    if drafted and not desk.questions.allows(context.person_id, desk.now()):
        await toast(update, context.say("speaker.too_many"), alert=True)
        return
    session = await desk.db.write(speaker_questions.submit, desk, context.person, named=named)
    if session is None:
        await toast(update, context.say("speaker.sent_already"), alert=True)
        return
    desk.changed()
    await toast(update)
    await show(update, context, Rendered(context.say("speaker.sent", s=session)))


async def vote(update: Update, context: Context) -> None:
    """The answer is wanted by one more, or by one less."""
    assert context.match is not None
    key, wanted = context.match.group(1), context.match.group(2) == "1"
    desk = context.desk
    session_id = await desk.db.write(
        speaker_questions.vote, desk, context.person, key=key, wanted=wanted
    )
    session = desk.agenda.find(session_id) if session_id else None
    if session is None:
        await toast(update, context.say("speaker.gone"), alert=True)
        return
    await toast(update)
    await show(update, context, await _listing(context, session))


@organizers_only
async def moderate(update: Update, context: Context) -> None:
    """Everything that was asked."""
    assert context.match is not None
    session = await pressed_session(update, context)
    if session is not None:
        await toast(update)
        await _show_all(update, context, session, page=int(context.match.group(2)))


@organizers_only
async def decide(update: Update, context: Context) -> None:
    """A question is shown, hidden, or answered."""
    assert context.match is not None
    key, letter, page = context.match.groups()
    desk = context.desk
    session_id = await desk.db.write(
        speaker_questions.moderate, desk, key=key, state=texts.decided(letter)
    )
    desk.posted()
    session = desk.agenda.find(session_id) if session_id else None
    if session is None:
        await toast(update, context.say("speaker.gone"), alert=True)
        return
    await toast(update)
    await _show_all(update, context, session, page=int(page))


async def _show_all(update: Update, context: Context, session: Session, *, page: int) -> None:
    asked = await context.desk.db.read(speaker_questions.everything, session)
    screen = context.desk.screens is not None
    shown = texts.moderation(session, asked, page, context.language, screen=screen)
    await show(update, context, shown)


async def _listing(context: Context, session: Session) -> Rendered:
    desk = context.desk
    asked = await desk.db.read(speaker_questions.open_for_all, desk, session, context.person)
    organizer = context.person.role is Role.ORGANIZER
    return texts.listing(session, asked, context.language, organizer=organizer)
