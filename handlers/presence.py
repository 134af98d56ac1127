"""Checking in: by the spoken code, by the picture on the wall, on the bus."""

from telegram import Update

from bot.domain import refusals
from bot.domain.people import Role
from bot.domain.presence import call_of_scan, digits_of
from bot.services import presence, talking
from bot.services.presence import CheckIn, Outcome
from bot.services.prompting import PROMPTED
from bot.services.writing import WRITING
from bot.texts import presence as texts
from handlers import roll_calls
from handlers.context import Context
from handlers.guards import note_refusal
from handlers.replies import reply, toast

AWAITED = "presence"
"""The next message is the code of a certain roll call."""


async def begin(update: Update, context: Context) -> None:
    """``/presensi``: organizers choose a session; everybody else sees what is open for them."""
    if context.person.role is Role.ORGANIZER:
        await roll_calls.begin(update, context)
        return
    desk = context.desk
    calls = await desk.db.read(presence.for_person, desk, context.person)
    led = []
    if context.person.coordinator:
        led = await desk.db.read(presence.led_by, desk, context.person)
    await reply(update, context, texts.own(calls, desk.agenda, context.language, led=led))


async def ask(update: Update, context: Context) -> None:
    """ "Hadir": asks for the code, unless there is nothing to ask for."""
    assert context.match is not None
    desk, call_id = context.desk, context.match.group(1)
    hindrance = await desk.db.read(presence.standing, desk, context.person, call_id)
    if hindrance is not None:
        await toast(update)
        await _tell(update, context, hindrance)
        return
    call = await desk.db.read(presence.find, desk, call_id)
    assert call is not None
    await toast(update)
    await context.expect(AWAITED, {"call": call_id})
    await reply(update, context, context.say("presence.ask_code", s=call.session))


async def aboard(update: Update, context: Context) -> None:
    """ "Sudah di bus"."""
    assert context.match is not None
    desk = context.desk
    done = await desk.db.write(presence.aboard, desk, context.person, context.match.group(1))
    desk.posted()
    await toast(update)
    await _tell(update, context, done)


async def receive(update: Update, context: Context) -> None:
    """The code that was asked for."""
    message, dialogue = update.effective_message, context.dialogue
    assert message is not None and dialogue is not None
    typed, call_id = digits_of(message.text), str(dialogue.details["call"])
    if typed is None:
        await reply(update, context, context.say("presence.four_digits"))
        return
    desk = context.desk
    done = await desk.db.write(
        presence.by_digits, desk, context.person, typed, call_id=call_id
    ) or await desk.db.read(presence.standing, desk, context.person, call_id)
    if done is None or done.outcome is not Outcome.WRONG:
        await desk.db.write(talking.forget, message.chat_id)
    await _tell(update, context, done or CheckIn(Outcome.NOT_OPEN))


async def overhear(update: Update, context: Context, awaiting: str | None) -> bool:
    """Four digits that nobody asked for: a code while a roll call waits for one, else no more.

    In the middle of a note they belong to the note, unless they are right.
    """
    message = update.effective_message
    typed = digits_of(message.text) if message else None
    if typed is None or awaiting not in (None, PROMPTED, WRITING):
        return False
    desk = context.desk
    if awaiting == WRITING and not await desk.db.read(presence.is_right, desk, typed):
        return False
    done = await desk.db.write(presence.by_digits, desk, context.person, typed)
    if done is not None:
        await _tell(update, context, done)
    return done is not None


def is_scan(start: str) -> bool:
    """Whether a start parameter is from a picture on the wall."""
    return call_of_scan(start) is not None


async def scanned(update: Update, context: Context, start: str) -> None:
    """The picture on the wall was scanned; people whom we do not know get nothing by it."""
    if context.known is None or context.known.joined_at is None:
        note_refusal(update, context, refusals.COMMAND)
        await reply(update, context, context.say("general.stranger"))
        return
    desk = context.desk
    done = await desk.db.write(presence.by_scan, desk, context.person, start)
    desk.posted()  # of forged codes the organizers are told
    await _tell(update, context, done)


async def _tell(update: Update, context: Context, done: CheckIn) -> None:
    facts = {"at": done.at, "left": done.left}
    if done.outcome is Outcome.PRESENT:
        assert done.call is not None and done.at is not None
        facts["late"] = done.call.is_late(done.at)
    words = texts.outcome(
        done.outcome.value, done.call, context.desk.agenda, context.language, **facts
    )
    await reply(update, context, words)
