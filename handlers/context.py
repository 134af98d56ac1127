"""What every handler gets: the desk, and who is writing."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from telegram.ext import Application, CallbackContext, ExtBot

from bot.domain.agenda import Agenda
from bot.domain.people import Role
from bot.services import talking
from bot.services.desk import Desk
from bot.services.lobby import Lobby, Place
from bot.store.tables import Dialogue, Person
from bot.texts.catalogue import DEFAULT_LANGUAGE, text

LOBBY = "lobby"
"""Key of the ``Lobby`` in the application's ``bot_data``."""


class Context(CallbackContext[ExtBot[Any], dict[Any, Any], dict[Any, Any], dict[str, Any]]):
    """PTB's context, with the writer as ``guards.identify`` found them."""

    def __init__(
        self,
        application: "Application[Any, Any, Any, Any, Any, Any]",
        chat_id: int | None = None,
        user_id: int | None = None,
    ) -> None:
        super().__init__(application, chat_id, user_id)
        self.known: Person | None = None
        self.dialogue: Dialogue | None = None
        self.language = DEFAULT_LANGUAGE
        self.places: Sequence[Place] = ()
        """The events of this bot that the writer belongs to."""
        self._desk: Desk | None = None

    @property
    def lobby(self) -> Lobby:
        """All events of this bot."""
        return cast(Lobby, self.bot_data[LOBBY])

    @property
    def desk(self) -> Desk:
        """The event that the update is for."""
        return self._desk or self.lobby.first

    @property
    def several(self) -> bool:
        """Whether the writer belongs to more than one event."""
        return len(self.places) > 1

    def enter(self, desk: Desk) -> None:
        """From now on it is about this event."""
        self._desk = desk

    @property
    def person(self) -> Person:
        """The member who is writing; only behind ``guards.identify``, which turns others away."""
        assert self.known is not None
        return self.known

    @property
    def person_id(self) -> int:
        """The member's id in the store."""
        assert self.person.id is not None
        return self.person.id

    @property
    def agenda(self) -> Agenda:
        """The rundown as far as it is for the writer; organizers have all of it."""
        whole = self.desk.agenda
        organizer = self.person.role is Role.ORGANIZER
        return whole if organizer else whole.for_group(self.person.group)

    async def expect(self, awaiting: str, details: Mapping[str, Any]) -> None:
        """The writer's next message answers the question ``awaiting``: see ``conversation``."""
        assert self.person.chat_id is not None
        await self.desk.db.write(
            talking.expect, self.person.chat_id, awaiting, now=self.desk.now(), details=details
        )

    def say(self, key: str, **facts: object) -> str:
        """A text in the writer's language, instants in the event's zone."""
        return text(key, self.language, zone=self.desk.zone, **facts)
