"""Which of several events an update is for, and who its writer is there.

A button is for the event that sent it, an invite for the one that gave it, a reply for the one
that said what is replied to, an answer for the one that asked. Everything else is for the event
that is current for the writer: see ``docs/decisions/0013-several-events.md``.
"""

from collections.abc import Sequence

from telegram import Message, Update

from bot.domain.presence import digits_of
from bot.services import lobby, presence
from bot.services.desk import Desk
from bot.services.lobby import Lobby, Place
from bot.store.tables import Dialogue
from handlers.context import Context


async def enter(update: Update, context: Context) -> bool:
    """Sets event, writer and dialogue of the context; False: the event is here no more."""
    assert update.effective_chat is not None
    house, chat_id = context.lobby, update.effective_chat.id
    data = update.callback_query.data if update.callback_query else None
    if not house.several:
        _enter(context, chat_id, house.first, await house.places(chat_id))
        return True
    places = await house.places(chat_id)
    if data is not None:
        desk = house.of_button(data)
    elif (code := _start_code(update)) is not None:
        desk = await house.invited_by(code, chat_id)
    else:
        meant = await _meant(house, update, places)
        desk = meant.desk if meant is not None else None
    if desk is None and data is not None:
        return False
    if desk is None:
        desk = lobby.current(places).desk if places else house.first
    _enter(context, chat_id, desk, places)
    return True


def _enter(context: Context, chat_id: int, desk: Desk, places: Sequence[Place]) -> None:
    place = next((place for place in places if place.desk is desk), None)
    lobby.speak_for(desk)
    context.enter(desk)
    context.places = [place for place in places if place.joined]
    context.known = place.person if place is not None else None
    context.dialogue = place.dialogue if place is not None else Dialogue(chat_id=chat_id)


async def _meant(house: Lobby, update: Update, places: list[Place]) -> Place | None:
    """Who sent what is replied to or edited, or who waits for an answer; else the current one."""
    joined = [place for place in places if place.joined]
    message = update.effective_message
    if not joined:
        return lobby.current(places) if places else None
    if len(joined) == 1 or message is None:
        return lobby.current(joined)
    answered = message if update.edited_message else message.reply_to_message
    if answered is not None:
        marked = _marked(house, answered)
        by_button = next((p for p in joined if marked is not None and p.desk is marked), None)
        found = by_button or await house.spoken_by(joined, message.chat_id, answered.message_id)
        if found is not None:
            return found
    now = lobby.current(joined)
    if (message.text or "").startswith("/") or now.awaits:
        return now
    return next((p for p in joined if p.awaits), None) or await _coded(joined, message) or now


def _marked(house: Lobby, message: Message) -> Desk | None:
    """The event whose buttons stand below the message."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    for button in (button for row in rows for button in row):
        if isinstance(button.callback_data, str):
            return house.of_button(button.callback_data)
    return None


async def _coded(places: list[Place], message: Message) -> Place | None:
    """The event whose spoken code this is."""
    typed = digits_of(message.text)
    if typed is None:
        return None
    for place in places:
        if await place.desk.db.read(presence.is_right, place.desk, typed):
            return place
    return None


def _start_code(update: Update) -> str | None:
    words = ((update.message.text if update.message else None) or "").split()
    return words[1] if len(words) > 1 and words[0].partition("@")[0] == "/start" else None
