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

from bot.domain.notes import Place
from handlers import (
    announcement_choices,
    announcement_corrections,
    announcement_drafts,
    announcement_reports,
    booklets,
    commitment_cards,
    commitment_choices,
    commitment_writing,
    commitments,
    conversation,
    errors,
    event_reports,
    guards,
    limits,
    materials,
    missed,
    my_data,
    note_files,
    note_reading,
    note_sharing,
    note_writing,
    now_board,
    own_agenda,
    presence,
    questions,
    ratings,
    refusals,
    reminders,
    rescheduling,
    roll_calls,
    rosters,
    rundown_entry,
    schedule,
    sent_files,
    speaker_questions,
    start,
    status,
)
from handlers.guards import Handler
from handlers.menus import COMMANDS

_NEW = filters.UpdateType.MESSAGE
_REF = r"([a-z2-7]{8})"
_ID = r"(\d{1,9})"
_NOTE = r"(\d{1,18})"
_SHEET = r"([cmn]\d{1,18})"
_PLACE = Place.PATTERN
_DAY = r"(\d{4}-\d\d-\d\d)"
_CALL = r"([a-z2-7]{8}(?:-\d{1,9})?)"

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
    "agendaku": own_agenda.command,
    "materi": materials.overview,
    "lewat": missed.listing,
    "refleksi": note_writing.reflect,
    "catatan": note_reading.list_notes,
    "catatanbersama": note_sharing.shared_notes,
    "komitmen": commitments.list_own,
    "pengingat": reminders.settings,
    "papan": now_board.board,
    "umumkan": announcement_drafts.compose,
    "siaran": announcement_reports.listing,
    "komitmenbersama": commitments.list_shared,
    "ubah": rescheduling.begin,
    "buku": booklets.choose,
    "laporan": event_reports.choose,
    "dataku": my_data.download,
    "hapus": my_data.explain_erasing,
    "peserta": rosters.board,
    "keadaan": status.show,
    "presensi": presence.begin,
    "bahasa": start.language,
    "bantuan": start.help_,
    "batal": start.cancel,
}

_BY_BUTTON: tuple[tuple[str, Handler], ...] = (
    (rf"d:{_DAY}(?::(a))?", schedule.turn_to_day),
    (rf"s:{_REF}", schedule.open_card),
    (rf"i:{_REF}", own_agenda.calendar_of_session),
    (rf"fv:{_REF}:([01])", own_agenda.star),
    (rf"ag:{_DAY}", own_agenda.turn_to_day),
    (r"k:m", own_agenda.calendar_of_mine),
    (rf"k:d:{_DAY}", own_agenda.calendar_of_day),
    (r"k:a", own_agenda.calendar_of_all),
    (r"k:l", own_agenda.link),
    (rf"rs:{_REF}(?::(5|10|15|30|60|off))?", reminders.for_session),
    (rf"z:{_REF}:(5|10)", reminders.snooze),
    (r"p:(m):(5|10|15|30|60|off)", reminders.choose),
    (r"p:(d|p):([01])", reminders.choose),
    (rf"f:(\d{{4}}-\d\d-\d\d|{_REF})", note_writing.reflect_on),
    (rf"n:l:{_PLACE}", note_reading.turn_page),
    (r"n:by:([ds]):(\d{1,9})", note_reading.choose_by),
    (r"n:find", note_reading.ask_words),
    (rf"n:v:{_NOTE}:{_PLACE}", note_reading.view),
    (rf"n:h:{_NOTE}:(\d{{1,9}}):{_PLACE}", note_reading.show_version),
    (rf"n:fs:{_NOTE}", note_reading.send_files),
    (rf"n:e:{_NOTE}", note_reading.ask_edit),
    (rf"n:x:{_NOTE}:{_PLACE}", note_reading.delete),
    (rf"n:u:{_NOTE}:{_PLACE}", note_reading.undo),
    (rf"n:sh:{_NOTE}:{_PLACE}", note_sharing.choose),
    (rf"n:p:{_NOTE}:{_PLACE}", note_sharing.withdraw),
    (rf"n:n:{_NOTE}:{_PLACE}", note_sharing.with_name),
    (rf"n:a:{_NOTE}:{_PLACE}", note_sharing.ask_without_name),
    (rf"n:A:{_NOTE}:([0-9a-f]{{8}})", note_sharing.without_name),
    (rf"o:l:{_PLACE}", note_sharing.turn_shared_page),
    (r"o:by:(\d{1,9})", note_sharing.choose_session),
    (rf"o:v:n{_NOTE}:{_PLACE}", note_sharing.read_named),
    (rf"o:v:a([0-9a-f]{{16}}):{_PLACE}", note_sharing.read_without_name),
    (rf"n:s:(\d{{1,18}}):{_REF}", note_writing.assign),
    (r"n:f:(\d{1,18})", note_files.retry),
    (r"n:q", note_writing.take_back),
    (rf"r:{_REF}:([1-5])", ratings.rate),
    (r"c:l:(\d{1,4})", commitments.turn_page),
    (rf"c:(v|V):{_ID}", commitment_cards.view),
    (rf"c:t:{_ID}:([nudx])", commitment_cards.stand),
    (r"c:z:(1|3|7)", commitment_cards.snooze),
    (rf"c:s:{_ID}:([012])", commitment_cards.share),
    (rf"c:x:{_ID}", commitment_cards.delete),
    (rf"c:u:{_ID}", commitment_cards.restore),
    (r"c:add", commitment_writing.ask_new),
    (rf"c:n:{_NOTE}", commitment_writing.begin_from_note),
    (rf"c:d:{_SHEET}", commitment_writing.open_sheet),
    (rf"c:e:{_ID}", commitment_writing.choose_part),
    (rf"c:f:{_SHEET}:([wpdsg])", commitment_writing.ask_part),
    (rf"c:go:{_SHEET}", commitment_writing.confirm),
    (rf"c:no:{_SHEET}:([01])", commitment_writing.discard),
    (rf"c:k:{_SHEET}:([psg])", commitment_choices.skip),
    (rf"c:pp:{_SHEET}:(\d{{1,3}})", commitment_choices.turn_agencies),
    (rf"c:pa:{_SHEET}:{_REF}", commitment_choices.choose_agency),
    (rf"c:dd:{_SHEET}:{_DAY}", commitment_choices.choose_due),
    (rf"c:gl:{_SHEET}:(\d{{1,3}}):(\d{{1,3}})", commitment_choices.turn_goals),
    (rf"c:ga:{_SHEET}:{_REF}", commitment_choices.choose_goal),
    (r"c:o:(\d{1,4})", commitments.turn_shared),
    (r"keep", note_writing.keep_question),
    (r"tanya", questions.ask_organizers),
    (rf"b:go:{_ID}", announcement_drafts.confirm),
    (rf"b:no:{_ID}", announcement_drafts.discard),
    (rf"b:stop:{_ID}", announcement_drafts.stop),
    (rf"b:c:{_ID}", announcement_choices.back),
    (rf"b:p:{_ID}(?::([gaeru]):(\d{{1,3}}))?", announcement_choices.audience),
    (rf"b:pa:{_ID}", announcement_choices.everybody),
    (rf"b:ps:{_ID}:([gaeru]):{_REF}", announcement_choices.choose_audience),
    (rf"b:t:{_ID}(?::(\d{{4}}-\d\d-\d\d))?", announcement_choices.time),
    (rf"b:w:{_ID}:(\d{{1,9}})", announcement_choices.choose_time),
    (rf"b:m:{_ID}(?::(read):([01]))?", announcement_choices.more),
    (rf"b:m:{_ID}:(until):(day|event|none)", announcement_choices.more),
    (rf"b:q:{_ID}", announcement_choices.urgent),
    (rf"b:i:{_ID}", announcement_reports.details),
    (rf"b:x:{_ID}", announcement_reports.sheet),
    (rf"b:again:{_ID}:(\d{{1,9}})", announcement_reports.again),
    (rf"b:d:{_ID}", announcement_reports.ask_retract),
    (rf"b:dg:{_ID}", announcement_reports.retract),
    (rf"b:r:{_ID}", announcement_reports.confirm_read),
    (rf"b:u:{_ID}", announcement_reports.unread),
    (rf"b:n:{_ID}:(\d{{1,9}})", announcement_reports.nudge),
    (rf"b:e:{_ID}", announcement_corrections.ask),
    (rf"b:eg:{_ID}", announcement_corrections.confirm),
    (rf"b:en:{_ID}", announcement_corrections.drop),
    (rf"g:d:{_DAY}", rescheduling.turn_to_day),
    (rf"g:s:{_REF}", rescheduling.pick),
    (rf"g:m:{_REF}:(-?\d{{1,3}})", rescheduling.shift),
    (rf"g:f:{_REF}:(time|room|speakers|title)", rundown_entry.ask_fact),
    (rf"g:a:{_DAY}", rundown_entry.ask_added),
    (rf"g:c:{_REF}", rescheduling.cancel),
    (rf"g:r:{_REF}", rescheduling.restore),
    (rf"g:p:{_ID}:(one|rest)", rescheduling.rescope),
    (rf"g:go:{_ID}", rescheduling.confirm),
    (rf"g:w:{_ID}", rescheduling.audience),
    (rf"g:no:{_ID}", rescheduling.drop),
    (r"g:h", rescheduling.history),
    (r"g:file", rundown_entry.ask_file),
    (rf"g:u:{_ID}", rescheduling.undo),
    (r"mt:l:(\d{1,4})", materials.turn_page),
    (rf"mt:s:{_REF}", materials.of_session),
    (rf"mt:f:{_ID}", materials.send),
    (rf"mt:d:{_DAY}", materials.choose_session),
    (rf"mt:a:{_REF}", materials.ask),
    (rf"mt:x:{_ID}", materials.remove),
    (rf"mt:u:{_ID}", materials.restore),
    (rf"mt:t:{_REF}", materials.tell),
    (rf"ms:{_ID}", missed.show_notice),
    (r"nb:r", now_board.refresh),
    (r"bk:(pdf|docx|zip)", booklets.order),
    (r"er:(pdf|docx|xlsx|png)", event_reports.order),
    (rf"h:a:{_CALL}", presence.ask),
    (rf"h:i:{_CALL}", presence.aboard),
    (r"h:l", roll_calls.back),
    (rf"h:d:{_DAY}", roll_calls.turn_to_day),
    (rf"h:s:{_REF}", roll_calls.pick),
    (rf"h:o:{_REF}", roll_calls.open_),
    (rf"h:v:{_CALL}", roll_calls.view),
    (rf"h:c:{_CALL}", roll_calls.close),
    (rf"h:n:{_CALL}:(\d{{1,9}})", roll_calls.remind),
    (rf"h:t:{_CALL}:([am]):(\d{{1,4}})", roll_calls.listing),
    (rf"h:x:{_CALL}:{_ID}:([01]):([am]):(\d{{1,4}})", roll_calls.tick),
    (rf"h:f:{_CALL}", roll_calls.sheet),
    (rf"h:p:{_REF}", roll_calls.screen),
    (r"h:b", roll_calls.buses),
    (rf"h:g:{_REF}", roll_calls.ask_bus),
    (rf"h:h:{_REF}:(\d{{1,9}})", roll_calls.open_bus),
    (rf"q:a:{_REF}", speaker_questions.open_),
    (rf"q:n:{_REF}", speaker_questions.ask),
    (r"q:s:([01])", speaker_questions.send),
    (r"q:v:([0-9a-f]{16}):([01])", speaker_questions.vote),
    (rf"q:m:{_REF}:(\d{{1,4}})", speaker_questions.moderate),
    (r"q:x:([0-9a-f]{16}):([sha]):(\d{1,4})", speaker_questions.decide),
    (r"up:r", sent_files.as_roster),
    (r"up:c", sent_files.as_rundown),
    (rf"up:m(?::{_DAY})?", sent_files.choose_session),
    (rf"up:s:{_REF}", sent_files.as_material),
    (r"r:b", rosters.back),
    (r"r:l:(waiting|blocked|silent|ready):(\d{1,4})", rosters.listing),
    (rf"r:p:{_ID}", rosters.look),
    (rf"r:n:{_ID}:([01])", rosters.renew),
    (r"r:t:(\d{1,4})", refusals.listing),
    (r"r:x", rosters.sheets),
    (r"r:i", rosters.ask_file),
    (rf"r:go:{_ID}", rosters.confirm),
    (rf"r:no:{_ID}", rosters.drop),
    (r"l:(id|en)", start.choose_language),
    (rf"pv:y:{_REF}:(.*)", my_data.agree),
    (r"pv:n", my_data.withdraw),
    (r"me:x", my_data.confirm_erasing),
    (r"me:X:(\d{1,12})", my_data.erase),
    (r"me:no", my_data.keep),
    (r"[\s\S]*", start.expired_button),
)


def register(application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
    """Adds every handler.

    Group -2 stops floods; -1 finds out who is writing; 0 answers; 1 tells what is new; 2 notes
    when they were here.
    """
    application.add_handler(TypeHandler(Update, limits.admit), group=-2)
    application.add_handler(TypeHandler(Update, guards.identify), group=-1)
    application.add_handler(TypeHandler(Update, my_data.tell), group=1)
    application.add_handler(TypeHandler(Update, missed.note), group=2)
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
        MessageHandler(filters.UpdateType.EDITED_MESSAGE, note_writing.follow_edit),
        MessageHandler(_NEW & ~filters.StatusUpdate.ALL, conversation.on_message),
    ]
