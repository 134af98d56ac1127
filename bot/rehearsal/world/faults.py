"""Faults on purpose: what the network and Telegram do to a bot on a bad day."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

KINDS = (
    "429",  # Too Many Requests with retry_after
    "403",  # the person blocked the bot
    "400",  # refused, with the words in `description`
    "migrated",  # the group became a supergroup, with migrate_to_chat_id
    "500",  # Internal Server Error as JSON
    "502",  # an HTML page of a proxy
    "reset_before",  # connection dropped, nothing done
    "reset_after",  # done, then the connection dropped
    "hang",  # nothing is answered
    "slow",  # done, answered after `seconds`
    "malformed",  # done, answered with half a JSON text
)


@dataclass
class Fault:
    """One fault, waiting for calls that match.

    ``method`` and ``chat_id`` narrow it (None: any); the method ``download`` stands for the
    fetching of files. The first ``after`` matching calls pass; then it strikes ``times`` times
    (None: for ever). ``seconds`` is the delay of ``slow`` and the longest ``hang`` (None: until
    the client gives up). ``also_updates`` lets it strike getUpdates too when no method is named.

    Raises:
        ValueError: unknown kind.
    """

    kind: str
    method: str | None = None
    chat_id: int | None = None
    times: int | None = 1
    after: int = 0
    retry_after: int = 3
    seconds: float | None = None
    migrate_to: int | None = None
    description: str | None = None
    also_updates: bool = False
    struck: int = field(default=0)

    def __post_init__(self) -> None:
        self.kind = str(self.kind)
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of fault {self.kind!r}, expected one of {KINDS}")

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Whether it concerns a call of ``method`` (any case) for ``chat_id``."""
        if self.times is not None and self.struck >= self.times:
            return False
        if self.method is None:
            if method == "download" or (method.lower() == "getupdates" and not self.also_updates):
                return False
        elif self.method.lower() != method.lower():
            return False
        return self.chat_id is None or self.chat_id == chat_id


class Faults:
    """All faults that wait, and the two switches for updates."""

    def __init__(self) -> None:
        self.duplicate_updates = False
        """Every update is delivered once more after the bot confirmed it."""
        self.reorder_updates = False
        """Updates that wait together are delivered newest first."""
        self._waiting: list[Fault] = []

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, fault: Fault) -> Fault:
        """Puts ``fault`` in wait and gives it back, so that a test can watch ``struck``."""
        self._waiting.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Takes one fault away; nothing happens if it is gone."""
        self._waiting = [other for other in self._waiting if other is not fault]

    def clear(self) -> None:
        """Takes all faults and switches away."""
        self._waiting.clear()
        self.duplicate_updates = self.reorder_updates = False

    def strike(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that hits this call, counted; None if it passes."""
        if not self._waiting:
            return None
        for fault in self._waiting:
            if not fault.matches(method, chat_id):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.struck += 1
            return fault
        return None

    def to_json(self) -> dict[str, Any]:
        """All state as JSON-able values."""
        return {
            "waiting": [asdict(fault) for fault in self._waiting],
            "duplicate_updates": self.duplicate_updates,
            "reorder_updates": self.reorder_updates,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Faults":
        """The reverse of ``to_json``."""
        faults = cls()
        faults.duplicate_updates = value["duplicate_updates"]
        faults.reorder_updates = value["reorder_updates"]
        for row in value["waiting"]:
            faults.add(Fault(**row))
        return faults
