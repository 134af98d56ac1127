"""A typed text as a question: its answer comes from the rundown or there is none."""

from telegram import Message, Update

from bot.domain.agenda import Agenda
from bot.domain.answers import Answer, AnswerKind
from bot.domain.language import Intent
from bot.domain.own_agenda import asks
from bot.services import asking, talking
from bot.services.writing import WRITING
from bot.texts.answers import render
from bot.texts.materials import card_button
from bot.texts.rendered import Button, Rendered
from handlers.context import Context
from handlers.own_agenda import own_day
from handlers.preferences import preferences
from handlers.replies import reply
from handlers.sessions import buttons_of

_LONGEST_QUESTION = 500
"""A longer text is an essay or a note; nobody asks for a time in so many words."""
_MOST_BUTTONS = 8


async def answer(update: Update, context: Context, message: Message) -> None:
    """Answers a message as a question, also one that was sent before."""
    assert message.text is not None and context.dialogue is not None
    desk = context.desk
    now = desk.now()
    found, agenda = _found(context, message.text[:_LONGEST_QUESTION])
    noting = talking.awaited(context.dialogue, now) == WRITING
    # Tied to the question wherever a button below may pass it on or keep it.
    quote = message if noting or found.kind is AnswerKind.FALLBACK or found.empty else False
    if not noting and found.intent is Intent.AGENDA and found.day and asks(message.text):
        shown = await own_day(context, found.day)
    else:
        shown = await _rendered(context, found, agenda, noting=noting)
    await reply(update, context, shown, quote=quote)
    asking.count(desk, found)
    if talking.worth_remembering(found, context.dialogue, now):
        await desk.db.write(talking.remember, message.chat_id, found, now)


def _found(context: Context, text: str) -> tuple[Answer, Agenda]:
    """The answer from what is for the writer; if it holds none, from the whole rundown."""
    assert context.dialogue is not None
    own, whole, now = context.agenda, context.desk.agenda, context.desk.now()
    found = talking.ask(text, own, context.dialogue, now)
    if own is whole or (found.kind is AnswerKind.ANSWER and not found.empty):
        return found, own
    other = talking.ask(text, whole, context.dialogue, now)
    if other.kind is AnswerKind.ANSWER and not other.empty:
        return other, whole
    return found, own


def is_clear(context: Context, text: str) -> bool:
    """Whether a text that may also be a note is clearly a question."""
    assert context.dialogue is not None
    desk = context.desk
    found = talking.ask(text[:_LONGEST_QUESTION], desk.agenda, context.dialogue, desk.now())
    return talking.is_question(text, found)


async def _rendered(context: Context, found: Answer, agenda: Agenda, *, noting: bool) -> Rendered:
    """The answer; to somebody who is ``noting`` with a way to keep what was asked after all."""
    if found.intent is Intent.ME and found.kind is AnswerKind.ANSWER:
        return Rendered(context.say("general.me", person=context.person))
    if found.intent is Intent.SETTINGS and found.kind is AnswerKind.ANSWER:
        return preferences(context)
    shown = render(found, agenda, context.language)
    extra: tuple[tuple[Button, ...], ...] = ()
    if noting or found.kind is AnswerKind.FALLBACK:
        extra = ((Button(context.say("general.button_save_note"), "keep"),),)
        if not noting:
            extra += ((Button(context.say("statistics.button_disclose"), "st:ok"),),)
    elif found.kind is AnswerKind.ANSWER and len(found.sessions) == 1 and not found.empty:
        extra = await buttons_of(context, found.sessions[0])
    elif found.intent is Intent.MATERIALS and found.kind is AnswerKind.ANSWER:
        return _handed_out(context, found) or shown
    return Rendered(shown.html, (*shown.buttons, *extra))


def _handed_out(context: Context, found: Answer) -> Rendered | None:
    """What the rundown says nothing of, but was handed out in the chat; None: nothing was."""
    handouts = context.desk.handouts
    having = [session for session in found.sessions if handouts.get(session.id)][:_MOST_BUTTONS]
    if not having:
        return None
    rows = tuple(card_button(s, handouts, context.language, titled=True) for s in having)
    return Rendered(context.say("material.handed_out"), rows)
