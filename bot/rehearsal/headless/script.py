"""What everybody will do: made from the roster, the agenda and a seed, the same each time."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.domain import clock
from bot.domain.agenda import Agenda
from bot.domain.people import Role
from bot.domain.prompts import prompts
from bot.rehearsal.headless.model import Act, Part, Player, Verb
from bot.texts.catalogue import text

_EVE = time(19, 0)
"""On the evening before the first day the invites go out."""
_JOIN_ROUNDS = 12
_QUESTION_TIMES = (time(6, 40, 20), time(10, 7, 20), time(12, 47, 20), time(16, 52, 20))
_ASKING = 0.25
"""Share of people who ask at each of these times: about one question a person a day."""
_NOTING = 0.15
_REPLYING = 0.4
_RATING = 0.5
_ADDING = 0.5
_PARTS = (
    Part.LATE, Part.BLOCKS, Part.NO_REMINDERS, Part.EARLY_REMINDERS, Part.ENGLISH,
)  # fmt: skip


def cast_parts(players: Sequence[Player], seed: int) -> list[Player]:
    """Gives the special parts to participants drawn by the seed; at least one keeps none."""
    plain = [player.key for player in players if player.role is Role.PARTICIPANT]
    chosen = random.Random(seed).sample(plain, min(len(_PARTS), max(0, len(plain) - 1)))
    parts = dict(zip(chosen, _PARTS, strict=False))
    return [replace(player, part=player.part or parts.get(player.key)) for player in players]


def first_instant(agenda: Agenda) -> datetime:
    """When the rehearsal begins: the evening before anything happens."""
    days = [agenda.event.start, *(agenda.day_of(session) for session in agenda.sessions[:1])]
    return clock.at(min(days) - timedelta(days=1), _EVE, agenda.timezone)


def last_instant(agenda: Agenda) -> datetime:
    """When it ends at the latest: three hours after the last session and the last prompt."""
    prompt = clock.at(agenda.event.end, agenda.event.prompt_at, agenda.timezone)
    digest = clock.at(agenda.event.end, agenda.event.digest_at, agenda.timezone)
    return max(prompt, digest, *(s.end for s in agenda.sessions), prompt) + timedelta(hours=3)


def write_script(agenda: Agenda, players: Sequence[Player], seed: int) -> list[Act]:
    """Every act of everybody, in order."""
    script = _Script(agenda, players, random.Random(f"{seed}:script"), seed)
    first = {(act.at, act.who): act for act in reversed(list(script.acts()))}
    order = {player.key: place for place, player in enumerate(players)}
    return sorted(first.values(), key=lambda act: (act.at, order[act.who]))


@dataclass
class _Script:
    agenda: Agenda
    players: Sequence[Player]
    chance: random.Random
    seed: int

    def acts(self) -> Iterator[Act]:
        days = [day for day in self.agenda.days if self.agenda.on_day(day)]
        days = days or list(self.agenda.days)
        present = {
            player.key: self._presence(player, days) for player in self.players if player.code
        }
        yield from self._eve(days[0])
        for player in self.players:
            if player.part is Part.LATE:
                yield Act(present[player.key].since, player.key, Verb.JOIN, "join")
            if player.part is Part.BLOCKS and present[player.key].blocks:
                yield from _blocking(player, present[player.key])
        announcer = next((player for player in self.players if player.organizer), None)
        for number, day in enumerate(days):
            for act in self._day(number, day):
                if present[act.who].at(act.at):
                    yield act
            if announcer is not None:
                yield from self._announcement(number, day, announcer)

    def _presence(self, player: Player, days: Sequence[date]) -> "_Presence":
        second = days[min(1, len(days) - 1)]
        since = first_instant(self.agenda)
        blocks: tuple[datetime, datetime] | None = None
        if player.part is Part.LATE:
            since = self._at(second, time(9, 40, 50))
        if player.part is Part.BLOCKS:
            back = (days[2], time(7, 0, 40)) if len(days) > 2 else (second, time(17, 0, 40))
            blocks = (self._at(second, time(12, 0, 40)), self._at(*back))
        return _Presence(since, blocks)

    def _eve(self, first_day: date) -> Iterator[Act]:
        begin = first_instant(self.agenda)
        joining = [p for p in self.players if p.code and p.part is not Part.LATE]
        for player in joining:
            if player.organizer:
                yield Act(begin + timedelta(seconds=10), player.key, Verb.JOIN, "join")
        others = [player for player in joining if not player.organizer]
        for place, player in enumerate(others):
            minutes = 5 + 5 * (place * _JOIN_ROUNDS // len(others))
            yield Act(begin + timedelta(minutes=minutes), player.key, Verb.JOIN, "join")
        later = begin + timedelta(minutes=5 + 5 * _JOIN_ROUNDS)
        choices = {
            Part.NO_REMINDERS: ("/pengingat", "p:m:off"),
            Part.EARLY_REMINDERS: ("/pengingat", "p:m:30"),
            Part.ENGLISH: ("/bahasa", "l:en"),
        }
        for player in self.players:
            if player.part in choices:
                command, button = choices[player.part]
                yield Act(later, player.key, Verb.SAY, "command", command)
                pressed = later + timedelta(seconds=20)
                yield Act(pressed, player.key, Verb.PRESS, "press", button)
            if player.part is Part.STRANGER:
                words = _lines("report.script_stranger")[0]
                yield Act(later + timedelta(minutes=2), player.key, Verb.SAY, "question", words)

    def _day(self, number: int, day: date) -> Iterator[Act]:
        members = [player for player in self.players if player.code]
        for wall in _QUESTION_TIMES:
            at = self._at(day, wall)
            for player in members:
                if self.chance.random() < _ASKING:
                    words = self._question(day, player)
                    yield Act(at, player.key, Verb.SAY, "question", words)
        if number == 0:
            yield from self._for_organizers(day, members)
        notes = _lines("report.script_notes")
        for player in members:
            if player.role is Role.PARTICIPANT and self.chance.random() < _NOTING:
                words = f"/refleksi {self.chance.choice(notes)}"
                yield Act(self._at(day, time(15, 20, 20)), player.key, Verb.SAY, "note", words)
        yield from self._reflections(day, members)
        if not any(session.kind.learning for session in self.agenda.on_day(day)):
            return
        at = self._at(day, self.agenda.event.prompt_at) + timedelta(minutes=12, seconds=20)
        for player in members:
            if player.role is Role.PARTICIPANT and self.chance.random() < _REPLYING:
                words = self.chance.choice(notes)
                yield Act(at, player.key, Verb.REPLY, "note", words)

    def _reflections(self, day: date, members: Sequence[Player]) -> Iterator[Act]:
        """After a session some rate it, some write, and of those some add a second message."""
        chance = random.Random(f"{self.seed}:{day}")
        lines = _lines("report.script_notes")
        for prompt in prompts(self.agenda):
            if prompt.day != day or prompt.evening:
                continue
            at = prompt.at + timedelta(minutes=3, seconds=20)
            for player in members:
                for session in prompt.sessions:
                    if player.role is Role.PARTICIPANT and chance.random() < _RATING:
                        button = f"r:{session.ref}:{chance.randint(3, 5)}"
                        yield Act(at, player.key, Verb.PRESS, "press", button, optional=True)
                if player.role is Role.PARTICIPANT and chance.random() < _NOTING:
                    after = at + timedelta(seconds=20)
                    yield Act(after, player.key, Verb.REPLY, "note", chance.choice(lines))
                    if chance.random() < _ADDING:
                        after += timedelta(seconds=40)
                        yield Act(after, player.key, Verb.SAY, "note", chance.choice(lines))

    def _question(self, day: date, player: Player) -> str:
        language = "en" if player.part is Part.ENGLISH else "id"
        generic = _lines("report.script_questions", language)
        sessions = self.agenda.on_day(day)
        if not sessions or self.chance.random() < 0.5:
            return self.chance.choice(generic)
        title = self.chance.choice(sessions).title
        return self.chance.choice(_lines("report.script_title_questions", language, title=title))

    def _for_organizers(self, day: date, members: Sequence[Player]) -> Iterator[Act]:
        """Somebody asks what no rundown knows, and has it passed on."""
        asking = next((p for p in members if not p.organizer and p.part is None), None)
        if asking is None:
            return
        at = self._at(day, time(13, 10, 20))
        words = _lines("report.script_other_question")[0]
        yield Act(at, asking.key, Verb.SAY, "question", words)
        pressed = at + timedelta(seconds=20)
        yield Act(pressed, asking.key, Verb.PRESS, "press", "tanya", optional=True)

    def _announcement(self, number: int, day: date, organizer: Player) -> Iterator[Act]:
        at = self._at(day, time(12, 30, 20))
        choice = _lines("report.script_announcements")
        yield Act(at, organizer.key, Verb.SAY, "command", "/umumkan")
        at += timedelta(seconds=20)
        words = choice[number % len(choice)]
        yield Act(at, organizer.key, Verb.SAY, "announcement", words)
        at += timedelta(seconds=20)
        yield Act(at, organizer.key, Verb.PRESS, "press", "b:go:")

    def _at(self, day: date, wall: time) -> datetime:
        return clock.at(day, wall, self.agenda.timezone)


@dataclass(frozen=True)
class _Presence:
    """From when somebody takes part, and when they have the bot blocked."""

    since: datetime
    blocks: tuple[datetime, datetime] | None

    def at(self, instant: datetime) -> bool:
        away = self.blocks is not None and self.blocks[0] <= instant <= self.blocks[1]
        return instant > self.since and not away


def _blocking(player: Player, presence: _Presence) -> Iterator[Act]:
    assert presence.blocks is not None
    begin, end = presence.blocks
    yield Act(begin, player.key, Verb.BLOCK, "block")
    yield Act(end, player.key, Verb.UNBLOCK, "unblock")


def _lines(key: str, language: str = "id", **facts: object) -> list[str]:
    """The lines of a text as a person would type them."""
    return str(text(key, language, zone="UTC", **facts).unescape()).splitlines()
