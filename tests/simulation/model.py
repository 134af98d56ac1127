"""What phones have been told, and with it what the store must hold. Kept beside the bot."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.domain.agenda import Agenda
from bot.rehearsal.world import User
from tests.simulation.ground import Ground
from tests.simulation.snapshot import Snapshot, Source


@dataclass(frozen=True)
class Arrival:
    """A message of the bot as it came to a phone."""

    chat_id: int
    message_id: int
    text: str
    at: datetime
    step: int
    markup: bool


@dataclass
class Model:
    """One simulation's memory."""

    ground: Ground
    step: int = 0
    arrivals: list[Arrival] = field(default_factory=list)
    rewordings: list[Arrival] = field(default_factory=list)
    agendas: list[Agenda] = field(default_factory=list)
    """In force at any time in this step."""
    written: dict[Source, set[str]] = field(default_factory=dict)
    """What each message that was meant as a note may say in the store."""
    promised: set[Source] = field(default_factory=set)
    """Those of them that were acknowledged and not taken back since."""
    taken_back: set[Source] = field(default_factory=set)
    secrets: dict[str, int] = field(default_factory=dict)
    """Words that nobody but this chat may ever see."""
    commitments: dict[str, int] = field(default_factory=dict)
    """Those said to be saved, by their words, with their chat."""
    ratings: dict[tuple[int, str], int] = field(default_factory=dict)
    choices: dict[int, int | None] = field(default_factory=dict)
    announced: dict[str, int] = field(default_factory=dict)
    """Words of announcements, with the author's chat."""
    before: Snapshot | None = None
    seen_texts: int = 0

    def watch(self, event: dict[str, Any]) -> None:
        """Takes in what comes to phones."""
        if event["type"] not in ("message", "edited"):
            return
        message = event["message"]
        if not message.get("from", {}).get("is_bot"):
            return
        self.agendas.append(self.ground.house.desk.agenda)
        arrival = Arrival(
            event["chat_id"],
            message["message_id"],
            str(message.get("text") or message.get("caption") or ""),
            self.ground.clock.instant,
            self.step,
            "reply_markup" in message,
        )
        (self.arrivals if event["type"] == "message" else self.rewordings).append(arrival)

    def acknowledged(self, user: User) -> set[Source]:
        """Messages that the bot has said on the phone to have kept."""
        chat = user.chat()
        said = {
            message["reply_to_message"]["message_id"]
            for message in user.inbox
            if "✅" in message.get("text", "") and "reply_to_message" in message
        }
        marked = {number for number, given in chat.reactions.items() if given}
        return {(user.id, number) for number in said | marked}

    def forget_note(self, note_id: int) -> None:
        """Its owner took it back, gave it away or wrote it anew."""
        assert self.before is not None
        for source, piece in self.before.pieces.items():
            if piece.note_id == note_id:
                self.forget(source)

    def forget(self, source: Source) -> None:
        """Nothing is promised of this message any more."""
        self.taken_back.add(source)
        self.promised.discard(source)

    def publish(self, note_id: int) -> None:
        """Organizers may read it from now on."""
        assert self.before is not None
        for source, piece in self.before.pieces.items():
            if piece.note_id == note_id:
                self.unveil(source)

    def unveil(self, source: Source) -> None:
        """What this message says is no secret any more."""
        for words in self.written.get(source, ()):
            for secret in [one for one in self.secrets if one in words]:
                del self.secrets[secret]
