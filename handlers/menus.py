"""The commands: their names in both languages and the menus made of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden

from bot.domain.people import Role
from bot.store.tables import Person
from bot.texts.catalogue import DEFAULT_LANGUAGE, LANGUAGES, text


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its Indonesian and its English name."""

    id: str
    en: str
    organizers: bool = False

    def name(self, language: str) -> str:
        """Its name in this language; both names always work."""
        return self.en if language == "en" else self.id


COMMANDS = (
    Command("jadwal", "schedule"),
    Command("sekarang", "now"),
    Command("berikutnya", "next"),
    Command("besok", "tomorrow"),
    Command("agendaku", "myagenda"),
    Command("materi", "materials"),
    Command("lewat", "missed"),
    Command("refleksi", "reflect"),
    Command("catatan", "notes"),
    Command("komitmen", "commitments"),
    Command("pengingat", "reminders"),
    Command("presensi", "attendance"),
    Command("jajak", "poll"),
    Command("papan", "board", organizers=True),
    Command("umumkan", "announce", organizers=True),
    Command("siaran", "announcements", organizers=True),
    Command("komitmenbersama", "sharedcommitments", organizers=True),
    Command("ubah", "change", organizers=True),
    Command("peserta", "people", organizers=True),
    Command("keadaan", "status", organizers=True),
    Command("catatanbersama", "sharednotes", organizers=True),
    Command("buku", "booklet"),
    Command("laporan", "report", organizers=True),
    Command("dataku", "mydata"),
    Command("hapus", "deletemydata"),
    Command("bahasa", "language"),
    Command("bantuan", "help"),
    Command("batal", "cancel"),
)


def words_of_menu(language: str, *, organizer: bool) -> list[tuple[str, str]]:
    """Command name and explanation of everything this person may use."""
    return [
        (command.name(language), text(f"command.{command.id}", language))
        for command in COMMANDS
        if organizer or not command.organizers
    ]


async def set_menus(bot: Bot, persons: Iterable[Person]) -> None:
    """The general menu in each language, then those of ``persons``."""
    for language in LANGUAGES:
        code = None if language == DEFAULT_LANGUAGE else language
        await bot.set_my_commands(_menu(language, organizer=False), language_code=code)
    for person in persons:
        await refresh_menu(bot, person)


async def refresh_menu(bot: Bot, person: Person) -> None:
    """The menu of one person's chat, by their role and chosen language."""
    if person.chat_id is None:
        return
    if person.removed:
        await clear_menu(bot, person.chat_id)
        return
    organizer = person.role is Role.ORGANIZER
    try:
        await bot.set_my_commands(
            _menu(person.language, organizer=organizer), scope=BotCommandScopeChat(person.chat_id)
        )
    except (BadRequest, Forbidden):
        return  # the chat is gone: whoever comes back gets the menu then


async def clear_menu(bot: Bot, chat_id: int) -> None:
    """A chat that is nobody's any more has the general menu."""
    try:
        await bot.delete_my_commands(scope=BotCommandScopeChat(chat_id))
    except (BadRequest, Forbidden):
        return


def _menu(language: str, *, organizer: bool) -> list[BotCommand]:
    return [
        BotCommand(name, words) for name, words in words_of_menu(language, organizer=organizer)
    ]
