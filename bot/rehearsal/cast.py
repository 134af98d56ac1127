"""Who plays: every roster member as a person with a phone, and one stranger."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.domain.people import Role
from bot.rehearsal.world import Json, User, World
from bot.services.desk import Desk
from bot.store import people
from bot.store.tables import Person

FIRST_ID = 7_000_000_000
"""Account ids are made up from here on; no roster has as many people as there is room."""
STRANGER_ID = FIRST_ID - 1
STRANGER = "stranger"
JOINED_AT_FIRST = 12
"""How many participants have opened their invite before the rehearsal begins."""


@dataclass(frozen=True)
class Part:
    """One person's part. ``link`` is their invite; a stranger has none."""

    user: User
    role: str
    name: str
    position: str = ""
    agency: str = ""
    group: str = ""
    link: str = ""

    @property
    def id(self) -> int:
        """Account and chat id."""
        return self.user.id

    def follow_link(self) -> None:
        """Opens the invite, as one does in the messenger.

        Raises:
            ValueError: there is none.
        """
        if not self.link:
            raise ValueError("this person was not invited")
        self.user.start(parse_qs(urlsplit(self.link).query)["start"][0])

    def to_json(self) -> Json:
        """What the page knows of the person, whatever the chat holds."""
        return {
            "id": self.id,
            "name": self.name,
            "role": self.role,
            "position": self.position if self.position != self.name else "",
            "agency": self.agency if self.agency not in self.name else "",
            "group": self.group,
            "invited": bool(self.link),
        }


class Cast:
    """Everybody, organizers first, then participants as on the roster, the stranger last."""

    def __init__(self, parts: list[Part]) -> None:
        self._parts = {part.id: part for part in parts}

    def __iter__(self) -> Iterator[Part]:
        return iter(self._parts.values())

    def __len__(self) -> int:
        return len(self._parts)

    def __contains__(self, account_id: object) -> bool:
        return account_id in self._parts

    def get(self, account_id: int) -> Part | None:
        """Whose account this is."""
        return self._parts.get(account_id)

    def opening(self, participants: int = JOINED_AT_FIRST) -> list[Part]:
        """Who joins before it begins: all organizers and the first few participants."""
        first = [part for part in self if part.role == Role.ORGANIZER]
        return first + [part for part in self if part.role == Role.PARTICIPANT][:participants]


async def assemble(world: World, desk: Desk, *, stranger: str) -> Cast:
    """Gives everybody on the roster a phone; people the world already has keep theirs.

    Args:
        stranger: what the person without an invite is called.
    """

    def work(db: Any) -> list[tuple[Person, str]]:
        return [(person, desk.invite_link(person)) for person in people.everyone(db)]

    invited = await desk.db.read(work)
    order: Callable[[tuple[Person, str]], tuple[bool, int]] = lambda pair: (  # noqa: E731
        pair[0].role != Role.ORGANIZER,
        pair[0].id or 0,
    )
    parts = [_invited(world, person, link) for person, link in sorted(invited, key=order)]
    user = _user(world, STRANGER_ID, stranger)
    return Cast([*parts, Part(user, STRANGER, stranger)])


def _invited(world: World, person: Person, link: str) -> Part:
    return Part(
        user=_user(world, FIRST_ID + (person.id or 0), person.name),
        role=person.role.value,
        name=person.name,
        position=person.position or "",
        agency=person.agency or "",
        group=person.group or "",
        link=link,
    )


def _user(world: World, account_id: int, name: str) -> User:
    found = world.users.get(account_id)
    return found or world.add_user(account_id, name[:64], language_code="id")
