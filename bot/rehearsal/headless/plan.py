"""What has to arrive: worked out from the agenda and from what people did, not from the outbox.

The same pure rules of ``bot.domain.reminders`` that the bot asks at every step are asked here
once for the whole event, with hindsight. What a phone shows is then held against it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.agenda import Agenda
from bot.domain.reminders import Choice, Due, Subscriber, due
from bot.rehearsal.api.text import formatted
from bot.rehearsal.headless.model import Act, Done, Expected, Player, Verb
from bot.store.tables import Person
from bot.texts.reminders import due_message

_PATIENCE = timedelta(hours=1)
"""An announcement that has not arrived by then has missed its purpose."""
_MINUTES: int | None = Person.model_fields["reminder_minutes"].default


@dataclass
class _Life:
    """What one person chose and when (UTC)."""

    number: int
    joined_at: datetime | None = None
    minutes: list[tuple[datetime, int | None]] = field(default_factory=list)
    languages: list[tuple[datetime, str]] = field(default_factory=list)
    blocks: list[tuple[datetime, bool]] = field(default_factory=list)

    def note(self, act: Act) -> None:
        """Remembers an act that changes what this person gets."""
        if act.verb is Verb.JOIN and self.joined_at is None:
            self.joined_at = act.at
            self.minutes.append((act.at, _MINUTES))
            self.languages.append((act.at, "id"))
        elif act.verb in (Verb.BLOCK, Verb.UNBLOCK):
            self.blocks.append((act.at, act.verb is Verb.BLOCK))
        elif act.words.startswith("p:m:"):
            value = act.words.removeprefix("p:m:")
            self.minutes.append((act.at, None if value == "off" else int(value)))
        elif act.words.startswith("l:"):
            self.languages.append((act.at, act.words.removeprefix("l:")))

    def reachable(self, instant: datetime) -> bool:
        """Whether the bot may write to them."""
        joined = self.joined_at is not None and self.joined_at <= instant
        return joined and not any([blocked for at, blocked in self.blocks if at <= instant][-1:])

    def language(self, instant: datetime) -> str:
        """In which language they are spoken to."""
        return next(code for at, code in reversed(self.languages) if at <= instant)


def expect(
    agenda: Agenda, players: Sequence[Player], done: Sequence[Done], *, until: datetime
) -> list[Expected]:
    """Every digest, reminder, prompt and announcement that has to reach a phone."""
    lives = {player.key: _Life(player.number) for player in players}
    for each in done:
        lives[each.act.who].note(each.act)
    words = _Words(agenda)
    expected = [
        message
        for who, life in lives.items()
        for message in _planned(agenda, who, life, words, until)
    ]
    expected += _announced(lives, done)
    return sorted(expected, key=lambda message: (message.due_at, message.kind))


def _planned(
    agenda: Agenda, who: str, life: _Life, words: "_Words", until: datetime
) -> Iterator[Expected]:
    """Each choice holds from when it was made until the next one."""
    told: set[str] = set()
    ends = [*[at for at, _ in life.minutes], until][1:]
    for (since, minutes), end in zip(life.minutes, ends, strict=True):
        choice = Choice(minutes, since)
        subscriber = Subscriber(life.number, choice, digest=True, prompt=True)
        before = since - timedelta(microseconds=1)  # what falls due on choosing belongs to it
        for message in due(agenda, [subscriber], after=before, now=end, told=told):
            told.update(message.keys)
            if life.reachable(message.due_at):
                yield Expected(
                    who=who,
                    kind=message.kind,
                    due_at=message.due_at,
                    useful_until=message.useful_until,
                    text=words.of(message, life.language(message.due_at)),
                    sessions=tuple(session.id for session in message.sessions),
                )


def _announced(lives: dict[str, _Life], done: Sequence[Done]) -> Iterator[Expected]:
    """A confirmed announcement goes to everybody who is there at that moment."""
    written: dict[str, str] = {}
    for each in done:
        if each.act.kind == "announcement":
            written[each.act.who] = each.words
        if not each.act.words.startswith("b:go:") or each.act.who not in written:
            continue
        at, announcement = each.act.at, written.pop(each.act.who)
        for who, life in lives.items():
            if life.reachable(at):
                yield Expected(who, "broadcast", at, at + _PATIENCE, announcement)


class _Words:
    """Messages as a phone shows them; most people get the same ones."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self._known: dict[tuple[object, ...], str] = defaultdict(str)

    def of(self, message: Due, language: str) -> str:
        """The text without markup."""
        ids = tuple(session.id for session in message.sessions)
        known = (message.kind, message.day, message.due_at, message.evening, ids, language)
        if known not in self._known:
            html = due_message(message, self._agenda, language, message.due_at).html
            self._known[known] = formatted(html, "HTML", None).text
        return self._known[known]
