"""Plays a script on the real bot: from one instant at which something happens to the next."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from bot.app import House
from bot.domain.outbox import Status
from bot.rehearsal.event_clock import EventClock
from bot.rehearsal.headless.model import Act, Done, Player, Verb
from bot.rehearsal.headless.record import Collected
from bot.rehearsal.world import CallbackQuery, Json, World

_DAY_BUTTON, _RATING_BUTTON = "f:", "r:"
_UPDATES_WITHIN_S = 60.0
"""Real seconds that the bot may take to fetch what people wrote at one instant."""
_LOOK_EVERY_S = 0.001
_FAILURES = (
    Status.BLOCKED, Status.NEVER_STARTED, Status.REFUSED, Status.EXPIRED, Status.UNKNOWN,
)  # fmt: skip


class Stage:
    """The bot, the world and the clock; nothing moves but what is told to."""

    def __init__(
        self, world: World, clock: EventClock, house: House, players: Sequence[Player]
    ) -> None:
        self.world = world
        self.clock = clock
        self.house = house
        self.players = {player.key: player for player in players}
        self.phones = {player.key: world.users[player.account] for player in players}
        self.collected = Collected(house.desk.agenda, self.phones)
        self.done: list[Done] = []

    async def play(self, script: Sequence[Act], *, until: datetime) -> None:
        """Goes through the script, and through everything the bot has to do, up to ``until``."""
        rounds = [(at, list(acts)) for at, acts in groupby(script, key=lambda act: act.at)]
        rounds.reverse()
        while True:
            acting = rounds[-1][0] if rounds else None
            at = min((one for one in (acting, await self._next()) if one), default=until)
            if at >= until:
                return
            self.collected.make_room(at)
            self.clock.jump(at)
            if at == acting:
                await self._act(rounds.pop()[1])
            await self._deliver()

    async def _next(self) -> datetime | None:
        """When the bot has something to plan, to send, or to try again."""
        ahead = [await self.house.next_instant(), self.house.courier.paused_until]
        return min((one for one in ahead if one and one > self.clock.now()), default=None)

    async def _deliver(self) -> None:
        """Sends what is due; a failure is news for the organizers, which goes out at once."""
        failed = self._failures()
        await self.house.wake()
        await self.house.settle()
        if self._failures() != failed:
            await self.house.wake()
            await self.house.settle()

    def _failures(self) -> int:
        counters = self.house.courier.counters
        return sum(getattr(counters, status.value) for status in _FAILURES)

    async def _act(self, acts: Sequence[Act]) -> None:
        """Several people at once, each with one act, until all of them are answered."""
        begun = [(act, *self._begin(act)) for act in acts]
        await self._fetched()
        await self.house.settle()
        for act, words, waiting in begun:
            if words is not None:
                self.done.append(Done(act, words, self._answered(act, waiting)))

    async def _fetched(self) -> None:
        """Until the bot has taken over, and confirmed, everything that people wrote.

        Raises:
            TimeoutError: it does not.
        """
        async with asyncio.timeout(_UPDATES_WITHIN_S):
            while self.world.bot.pending:  # noqa: ASYNC110  # confirming is no event of the world
                await asyncio.sleep(_LOOK_EVERY_S)

    def _begin(self, act: Act) -> tuple[str | None, CallbackQuery | int | None]:
        """Does it; gives the words of it (None: it could not be done) and what shows an answer."""
        user = self.phones[act.who]
        seen = user.chat().messages
        match act.verb:
            case Verb.JOIN:
                user.start(self.players[act.who].code)
            case Verb.SAY:
                user.send_text(act.words)
            case Verb.REPLY:
                prompt = next((m for m, data, _ in _buttons(seen) if _asks(data)), None)
                if prompt is None:
                    return None, None
                user.send_text(act.words, prompt["message_id"])
            case Verb.PRESS:
                wanted = act.words
                found = (one for one in _buttons(seen) if one[1].startswith(wanted))
                message, data, label = next(found, (None, "", ""))
                if message is None:
                    return (None if act.optional else act.words), None
                return label, user.press(message["message_id"], data)
            case Verb.BLOCK:
                user.block()
            case Verb.UNBLOCK:
                user.unblock()
        return act.words, len(seen)

    def _answered(self, act: Act, waiting: CallbackQuery | int | None) -> bool:
        if act.verb in (Verb.BLOCK, Verb.UNBLOCK):
            return True
        if isinstance(waiting, CallbackQuery):
            return waiting.answer is not None
        return waiting is not None and len(self.phones[act.who].chat().messages) > waiting


def _buttons(messages: dict[int, Json]) -> Iterator[tuple[Json, str, str]]:
    """Message, data and label of every inline button in a chat, newest first."""
    for message in reversed(messages.values()):
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            for button in row:
                yield message, button.get("callback_data", ""), button["text"]


def _asks(data: str) -> bool:
    """Whether the button belongs to a reflection prompt: one of a day, or one to rate."""
    of_day = data.startswith(_DAY_BUTTON) and data[len(_DAY_BUTTON) :][:4].isdigit()
    return of_day or data.startswith(_RATING_BUTTON)
