"""The live stream of a rehearsal: all that happens, told to every open page as it happens."""

import asyncio
import json
import secrets
import time
from collections import Counter, deque
from typing import Any

from bot.rehearsal.cast import Cast, Part
from bot.rehearsal.director import Director
from bot.rehearsal.timeline import marks, millis, programme
from bot.rehearsal.world import Fault, Json, World

LONGEST_QUEUE = 5000
"""A page that falls this far behind is cut off; it comes back by itself and starts afresh."""
CLOCK_EVERY_S = 0.1
MARKS_EVERY_S = 0.3
CALLS_KEPT = 60
_PASSED_ON = {"message", "edited", "deleted", "reaction", "keyboard", "menu", "callback_answer",
              "action", "pinned"}  # fmt: skip


class Live:
    """What the pages show. Every event is one line of JSON with a ``type``."""

    def __init__(self, world: World, director: Director) -> None:
        self.run = secrets.token_hex(8)
        self.world = world
        self.director = director
        self.cast = Cast([])
        self.received: Counter[int] = Counter()
        self.calls: deque[Json] = deque(maxlen=CALLS_KEPT)
        self.restart = asyncio.Event()
        """Set when somebody wants to begin again from the beginning."""
        self.too_many: Fault | None = None
        self.marks: list[Json] = []
        self._pages: set[asyncio.Queue[str | None]] = set()
        self._clock_sent = 0.0
        self._clock: Json = {}
        self._bot: Json = {}
        self._marks_stale = True
        self._unwatch = world.subscribe(self._on_world)
        director.changed = self._on_director
        self._refreshing = asyncio.get_running_loop().create_task(self._refresh_marks())

    def introduce(self, cast: Cast) -> None:
        """From now on these people have phones on the page."""
        self.cast = cast
        for part in cast:
            self.received[part.id] = len(part.user.inbox)
        self.tell(self.hello())

    async def close(self) -> None:
        """Ends every stream."""
        self._unwatch()
        self.director.changed = lambda: None
        self._refreshing.cancel()
        await asyncio.gather(self._refreshing, return_exceptions=True)
        for page in tuple(self._pages):
            page.put_nowait(None)

    # --- pages --------------------------------------------------------------------------------

    def open(self) -> asyncio.Queue[str | None]:
        """A queue of events for one page, the whole state first; None is the end."""
        page: asyncio.Queue[str | None] = asyncio.Queue()
        page.put_nowait(_line(self.hello()))
        self._pages.add(page)
        return page

    def leave(self, page: asyncio.Queue[str | None]) -> None:
        """The page is gone."""
        self._pages.discard(page)

    def tell(self, event: Json) -> None:
        """Sends an event to all pages."""
        line = _line(event)
        for page in tuple(self._pages):
            if page.qsize() > LONGEST_QUEUE:
                self._pages.discard(page)
                page.put_nowait(None)
            else:
                page.put_nowait(line)

    # --- what there is to know ----------------------------------------------------------------

    def hello(self) -> Json:
        """Everything but the messages of the chats."""
        profile = self.world.bot.profile
        return {
            "type": "hello",
            "run": self.run,
            "event": programme(self.director.agenda),
            "bot_name": profile["first_name"],
            "bot_username": profile["username"],
            "people": [part.to_json() | self.phone(part) for part in self.cast],
            "clock": self.clock(),
            "bot": self.bot(),
            "faults": self.faults(),
            "marks": self.marks,
            "calls": list(self.calls),
        }

    def phone(self, part: Part) -> Json:
        """The changing half of a person: how they stand to the bot, the last message."""
        messages = part.user.chat().messages
        return {
            "state": part.user.chat().state,
            "received": self.received[part.id],
            "last": messages[next(reversed(messages))] if messages else None,
        }

    def chat(self, part: Part) -> Json:
        """All that the person's screen shows."""
        chat = part.user.chat()
        bot = self.world.bot
        return {
            "id": part.id,
            "state": chat.state,
            "messages": list(chat.messages.values()),
            "silent": sorted(chat.silent),
            "pinned": chat.pinned,
            "keyboard": chat.reply_keyboard,
            "commands": bot.menu_for(chat, part.user.profile.get("language_code", "")),
            "about": bot.texts.get("description/id", bot.texts.get("description/", "")),
            "reactions": [
                {"message_id": message_id, "emoji": one.get("emoji", "")}
                for message_id, by_actor in chat.reactions.items()
                for reaction in by_actor.values()
                for one in reaction
            ],
        }

    def clock(self) -> Json:
        """Where the event's clock stands and how it moves."""
        target = self.director.target
        return {
            "now": millis(self.director.clock.now()),
            "speed": self.director.clock.speed,
            "target": None if target is None else millis(target),
        }

    def bot(self) -> Json:
        """Whether the bot is alive, and how often it was started."""
        return {"up": self.director.house is not None, "starts": self.director.starts}

    def faults(self) -> Json:
        """Which switches are on."""
        return {"network_down": self.world.network_down, "too_many": self.too_many is not None}

    def switch_too_many(self, on: bool) -> None:
        """Telegram answers every call with 429 from now on, or no longer."""
        if self.too_many is not None:
            self.world.faults.remove(self.too_many)
            self.too_many = None
        if on:
            fault = Fault("429", times=None, retry_after=2)
            self.too_many = self.world.faults.add(fault)
        self.tell({"type": "faults", **self.faults()})

    # --- what happens -------------------------------------------------------------------------

    def _on_world(self, event: Json) -> None:
        kind = event["type"]
        if kind == "call":
            self._on_call(event)
        elif kind == "network":
            self.tell({"type": "faults", **self.faults()})
        elif kind == "blocked":
            self._tell_phone(event["user_id"])
        elif kind == "menu":
            self.tell({"type": "menu"})
        elif kind in _PASSED_ON and event["chat_id"] in self.cast:
            if kind == "message":
                self._on_message(event)
            self.tell(event)
        if kind in ("message", "blocked"):
            self._marks_stale = True

    def _on_message(self, event: Json) -> None:
        part = self.cast.get(event["chat_id"])
        if part is None:
            return
        if event["message"]["from"]["is_bot"]:
            self.received[part.id] += 1
        event["received"] = self.received[part.id]
        event["state"] = part.user.chat().state

    def _on_call(self, event: Json) -> None:
        if event["method"] == "getUpdates":
            return
        self._marks_stale = True
        call = {key: event[key] for key in ("method", "chat_id", "status", "description")}
        call["at"] = millis(self.director.clock.now())
        self.calls.append(call)
        self.tell({"type": "call", **call})

    def _tell_phone(self, account_id: int) -> None:
        part = self.cast.get(account_id)
        if part is not None:
            self.tell({"type": "phone", "id": part.id, **self.phone(part)})

    def _on_director(self) -> None:
        bot = self.bot()
        if bot != self._bot:
            self._bot = bot
            self._marks_stale = True
            self.tell({"type": "bot", **bot})
        self._tell_clock()

    def _tell_clock(self) -> None:
        clock, real = self.clock(), time.monotonic()
        same_way = all(clock[key] == self._clock.get(key) for key in ("speed", "target"))
        moved = clock["now"] // 1000 != self._clock.get("now", 0) // 1000
        if same_way and not (moved and real - self._clock_sent >= CLOCK_EVERY_S):
            return
        self._clock, self._clock_sent = clock, real
        self.tell({"type": "clock", **clock})

    async def _refresh_marks(self) -> None:
        while True:
            await asyncio.sleep(MARKS_EVERY_S)
            house = self.director.house
            if not self._marks_stale or house is None:
                continue
            self._marks_stale = False
            try:
                fresh: list[Json] = await house.desk.db.read(marks, house.desk)
            except Exception:
                self._marks_stale = True  # the bot was killed meanwhile
                continue
            # What waits may have its end without another call: it was on its way to the store.
            self._marks_stale |= any(mark.get("waiting") for mark in fresh)
            if fresh != self.marks:
                self.marks = fresh
                self.tell({"type": "marks", "marks": fresh})


def _line(event: Json) -> str:
    # Surrogates may stand alone in what a test sends; they must not break the stream.
    text: Any = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode()  # type: ignore[no-any-return]
