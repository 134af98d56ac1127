"""Every handler in one ordered list: the first that fits takes the update, the last is the net."""

from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from handlers import (
    announcements,
    conversation,
    errors,
    guards,
    notes,
    questions,
    reminders,
    schedule,
    start,
)
from handlers.guards import Handler
from handlers.menus import COMMANDS

_NEW = filters.UpdateType.MESSAGE
_REF = r"([a-z2-7]{8})"

ALLOWED_UPDATES = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
]
"""Kinds of update the bot asks Telegram for; nothing else would be handled."""

_BY_COMMAND: dict[str, Handler] = {
    "jadwal": schedule.agenda,
    "sekarang": schedule.current,
    "berikutnya": schedule.following,
    "besok": schedule.tomorrow,
    "refleksi": notes.reflect,
    "catatan": notes.list_notes,
    "pengingat": reminders.settings,
    "umumkan": announcements.compose,
    "bahasa": start.language,
    "bantuan": start.help_,
    "batal": start.cancel,
}

_BY_BUTTON: tuple[tuple[str, Handler], ...] = (
    (r"d:(\d{4}-\d\d-\d\d)", schedule.turn_to_day),
    (rf"s:{_REF}", schedule.open_card),
    (rf"i:{_REF}", schedule.calendar_file),
    (rf"rs:{_REF}(?::(5|10|15|30|60|off))?", reminders.for_session),
    (rf"z:{_REF}:(5|10)", reminders.snooze),
    (r"p:(m):(5|10|15|30|60|off)", reminders.choose),
    (r"p:(d|p):([01])", reminders.choose),
    (rf"f:(\d{{4}}-\d\d-\d\d|{_REF})", notes.reflect_on),
    (r"n:l:(\d{1,9})", notes.turn_page),
    (r"n:v:(\d{1,18}):(\d{1,9})", notes.view),
    (r"n:e:(\d{1,18})()", notes.ask_edit),
    (r"n:x:(\d{1,18}):(\d{1,9})", notes.ask_delete),
    (r"n:X:(\d{1,18}):(\d{1,9})", notes.delete),
    (r"keep", notes.keep_question),
    (r"tanya", questions.ask_organizers),
    (r"b:go:(\d{1,18})", announcements.confirm),
    (r"b:no:(\d{1,18})", announcements.discard),
    (r"l:(id|en)", start.choose_language),
    (r".*", start.expired_button),
)


def register(application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
    """Adds every handler. Group -1 finds out who is writing; group 0 answers."""
    application.add_handler(TypeHandler(Update, guards.identify), group=-1)
    for handler in _handlers():
        application.add_handler(handler)
    application.add_error_handler(errors.on_error)


def _handlers() -> list[BaseHandler[Any, Any, Any]]:
    commands: list[BaseHandler[Any, Any, Any]] = [
        CommandHandler([command.id, command.en], _BY_COMMAND[command.id], filters=_NEW)
        for command in COMMANDS
    ]
    buttons: list[BaseHandler[Any, Any, Any]] = [
        CallbackQueryHandler(handler, pattern=rf"^{pattern}\Z") for pattern, handler in _BY_BUTTON
    ]
    return [
        CommandHandler("start", start.start, filters=_NEW),
        *commands,
        MessageHandler(filters.COMMAND & _NEW, conversation.unknown_command),
        *buttons,
        ChatMemberHandler(start.reachability, ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE, notes.follow_edit),
        MessageHandler(_NEW & ~filters.StatusUpdate.ALL, conversation.on_message),
    ]
