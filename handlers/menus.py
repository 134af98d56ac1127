"""The commands: their names in both languages and the menus made of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden

from bot.domain.people import Role
from bot.services.lobby import Lobby
from bot.texts.catalogue import DEFAULT_LANGUAGE, LANGUAGES, text


@dataclass(frozen=True, slots=True)
class Command:
    """A command by its Indonesian and its English name."""

    id: str
    en: str
    organizers: bool = False
    several: bool = False
    """Of use only where the bot has several events."""

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
    Command("statistik", "statistics", organizers=True),
    Command("dataku", "mydata"),
    Command("hapus", "deletemydata"),
    Command("acara", "event", several=True),
    Command("bahasa", "language"),
    Command("bantuan", "help"),
    Command("batal", "cancel"),
)


def words_of_menu(
    language: str, *, organizer: bool, several: bool = False
) -> list[tuple[str, str]]:
    """Command name and explanation of everything this person may use.

    Args:
        several: whether the bot has several events.
    """
    return [
        (command.name(language), text(f"command.{command.id}", language))
        for command in COMMANDS
        if (organizer or not command.organizers) and (several or not command.several)
    ]


async def set_menus(bot: Bot, lobby: Lobby) -> None:
    """The general menu in each language, then those of organizers."""
    for language in LANGUAGES:
        code = None if language == DEFAULT_LANGUAGE else language
        words = words_of_menu(language, organizer=False, several=lobby.several)
        await bot.set_my_commands(_commands(words), language_code=code)
    for person in await lobby.organizers():
        await refresh_menu(bot, lobby, person.chat_id)


async def refresh_menu(bot: Bot, lobby: Lobby, chat_id: int | None) -> None:
    """The menu of one chat, by the chosen language and the role in any event.

    A chat that is nobody's any more has the general menu.
    """
    if chat_id is None:
        return
    places, scope = await lobby.places(chat_id), BotCommandScopeChat(chat_id)
    organizer = any(place.person.role is Role.ORGANIZER for place in places)
    try:
        if not places:
            await bot.delete_my_commands(scope)
            return
        language = places[0].person.language
        words = words_of_menu(language, organizer=organizer, several=lobby.several)
        await bot.set_my_commands(_commands(words), scope)
    except (BadRequest, Forbidden):
        return  # the chat is gone: whoever comes back gets the menu then


def _commands(words: Iterable[tuple[str, str]]) -> list[BotCommand]:
    return [BotCommand(name, explained) for name, explained in words]
