"""What people do, and what befalls the bot."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from bot.rehearsal.world import User
from bot.rehearsal.world.faults import Fault
from bot.store import people
from bot.texts.catalogue import text
from tests.simulation.ground import PEOPLE, STRANGER, TITLES, Ground, later, roster
from tests.simulation.model import Model
from tests.simulation.plan import Move

QUESTIONS = ("besok jam berapa mulai?", "sekarang acara apa?", "/jadwal", "di mana lokakarya?",
             "/berikutnya", "/pengingat", "/catatan", "/bantuan", "siapa narasumbernya?",
             "/komitmen", "🙏")  # fmt: skip
CHANGES = ("{} mundur 15 menit", "{} mundur 90 menit", "{} maju 10 menit", "{} pindah ke Aula B",
           "batalkan {}", "{} jadi jam 16.30")  # fmt: skip
_CHANGE_OF_TIME = (10, 45, 180, 900, 2400)
_FAULTS = ("429", "403", "400", "500", "502", "reset_before", "reset_after", "slow", "malformed")
_LEFT_ALONE = re.compile(r"me:X|bk:|er:|b:x|r:x|r:n|i:|l:|b:again|l:en")
"""Buttons that make documents, end somebody's part in the event, or change the language."""


class Acting:
    """Acts moves out."""

    def __init__(self, ground: Ground, model: Model) -> None:
        self.ground, self.model = ground, model
        self.armed = False

    async def act(self, move: Move) -> bool:
        """Does it and waits until all is quiet. Returns whether nobody touched a phone."""
        user = self.ground.member(move.who)
        run: Callable[[Move, User], Awaitable[None]] = getattr(self, f"_{move.name}")
        await run(move, user)
        await self.ground.calm()
        return move.name in ("wait", "sleep", "kill")

    # --- people -------------------------------------------------------------------------------

    async def _join(self, move: Move, user: User) -> None:
        everyone = await self.ground.read(people.everyone)
        person = next((one for one in everyone if one.key == move.who), None)
        if person is not None:  # not taken off the roster meanwhile
            user.start(self.ground.house.desk.invite_code(person))

    async def _leave(self, move: Move, user: User) -> None:
        if user.chat().state == "new":
            return
        (user.unblock if user.blocked else user.block)()

    async def _stranger(self, move: Move, user: User) -> None:
        self.ground.world.users[STRANGER].send_text(_of(QUESTIONS, move.dice[0]))

    async def _ask(self, move: Move, user: User) -> None:
        self._say(user, _of(QUESTIONS, move.dice[0]))

    # --- notes --------------------------------------------------------------------------------

    async def _note(self, move: Move, user: User) -> None:
        secret = f"rahasia{move.number}x"
        self.model.secrets[secret] = user.id
        for part in range(1 + move.dice[0] % 3):
            words = f"{secret} bagian {part} tentang satu pintu"
            sent = self._say(user, words if part else f"/refleksi {words}")
            if sent is not None:
                self.model.written[user.id, sent] = {words}

    async def _edit(self, move: Move, user: User) -> None:
        own = [source for source in self.model.written if source[0] == user.id]
        if not own or user.blocked:
            return
        source = _of(own, move.dice[0])
        secret = next(iter(self.model.written[source])).split()[0]
        words = f"{secret} diubah {move.number}"
        old = user.chat().messages.get(source[1])
        if old is None:
            return
        prefix = "/refleksi " if old["text"].startswith("/refleksi") else ""
        user.edit(source[1], prefix + words)
        self.model.written[source].add(words)
        await self.ground.calm()

    async def _note_button(self, move: Move, user: User) -> None:
        self._say(user, "/catatan")
        await self.ground.calm()
        await self._press(user, r"n:v:", move.dice[0])
        await self._press(user, _of((r"n:sh:", r"n:x:", r"n:h:", r"n:p:"), move.dice[1]), 999)
        await self._press(user, _of((r"n:n:", r"n:a:", r"n:u:"), move.dice[2]), 999)
        await self._press(user, r"n:A:", 999)

    # --- commitments, ratings, choices --------------------------------------------------------

    async def _commit(self, move: Move, user: User) -> None:
        words = f"Menyusun peta {move.number}y"
        self._say(user, f"/komitmen {words}")
        await self.ground.calm()
        await self._press(user, r"c:k:.*:p", 999)
        self._say(user, "30 Desember 2025")
        await self.ground.calm()
        await self._press(user, r"c:k:.*:s", 999)
        await self._press(user, r"c:k:.*:g", 999)
        known = len(user.inbox) + len(self.model.rewordings)
        await self._press(user, r"c:go:", 999)
        saved = str(text("commitment.saved", "id")).split(".")[0]
        shown = [one.text for one in self.model.rewordings if one.chat_id == user.id]
        shown = (shown + [m.get("text", "") for m in user.inbox])[-40:]
        fresh = len(user.inbox) + len(self.model.rewordings) > known
        if fresh and any(saved in one and words in one for one in shown):
            self.model.commitments[words] = user.id

    async def _rate(self, move: Move, user: User) -> None:
        await self._press(user, r"r:[a-z2-7]{8}:", move.dice[0])

    async def _remind(self, move: Move, user: User) -> None:
        if move.dice[0] % 2:
            self._say(user, "/pengingat")
            await self.ground.calm()
            await self._press(user, r"p:", move.dice[1])
            return
        await self._press(user, r"rs:[a-z2-7]{8}$", move.dice[1])
        await self._press(user, r"rs:[a-z2-7]{8}:", move.dice[2])

    async def _snooze(self, move: Move, user: User) -> None:
        await self._press(user, r"z:", move.dice[0])

    # --- organizers ---------------------------------------------------------------------------

    async def _announce(self, move: Move, user: User) -> None:
        words = f"Pengumuman nomor {move.number}."
        self._say(user, "/umumkan")
        await self.ground.calm()
        if self._say(user, words) is None:
            return
        self.model.announced[words] = user.id
        await self.ground.calm()
        if move.dice[0] % 3 == 0:
            await self._press(user, r"b:p:", 999)
            await self._press(user, r"b:p:\d+:g", move.dice[1])
            await self._press(user, r"b:ps:", move.dice[1])
        if move.dice[0] % 4 == 0:
            await self._press(user, r"b:t:\d+$", 999)
            await self._press(user, r"b:w:", move.dice[2])
        if move.dice[0] % 2 == 0:
            await self._press(user, r"b:m:\d+$", 999)
            await self._press(user, r"b:m:\d+:read:1", 999)
            await self._press(user, r"b:c:", 999)
        await self._press(user, r"b:go:", 999)
        if move.dice[1] % 4 == 0:
            await self._press(user, r"b:stop:", 999)

    async def _change(self, move: Move, user: User) -> None:
        self._say(user, _of(CHANGES, move.dice[0]).format(_of(TITLES, move.dice[1])))
        await self.ground.calm()
        await self._press(user, _of((r"g:go:", r"g:go:", r"g:p:", r"g:no:"), move.dice[2]), 999)
        await self._press(user, r"g:go:", 999)

    async def _undo(self, move: Move, user: User) -> None:
        await self._press(user, r"g:u:", 999)
        await self._press(user, r"g:go:", 999)

    async def _roster(self, move: Move, user: User) -> None:
        without = tuple(f"{key}," for key in PEOPLE[: move.dice[1] % 4] if key != "p1")
        self._say(user, "/peserta")
        await self.ground.calm()
        await self._press(user, r"r:i", 999)
        if user.blocked:
            return
        user.send_document(roster(without).encode(), "daftar.csv", "text/csv")
        await self.ground.calm()
        await self._press(user, r"r:go:", 999)

    # --- buttons ------------------------------------------------------------------------------

    async def _any_button(self, move: Move, user: User) -> None:
        await self._press(user, "", move.dice[0])

    async def _press(self, user: User, pattern: str, dice: int) -> None:
        """Presses one of the newest buttons whose data begin like this; 999 is the newest."""
        found = _buttons(user, pattern)
        if user.blocked or not found:
            return
        message, data = found[-1] if dice == 999 else _of(found[-24:], dice)
        await self._foresee(user, message, data)
        query = user.press(message["message_id"], data)
        await self.ground.calm()
        self._remember(user, data, str((query.answer or {}).get("text", "")))

    async def _foresee(self, user: User, message: dict[str, Any], data: str) -> None:
        """What a press takes back, whether or not it comes to be."""
        model = self.model
        model.before = await self.ground.snapshot()
        if taken := re.match(r"n:[xeuA]:(\d+)", data):
            model.forget_note(int(taken[1]))
        if shared := re.match(r"n:[nA]:(\d+)", data):
            model.publish(int(shared[1]))
        if data in ("n:q", "tanya", "keep"):
            quoted = (user.id, message.get("reply_to_message", {}).get("message_id", 0))
            model.unveil(quoted)
            model.forget(quoted)
        if re.match(r"c:(x|f|e|u|d|no)", data):
            model.commitments = {w: c for w, c in model.commitments.items() if c != user.id}
        if rated := re.match(r"r:([a-z2-7]{8}):([1-5])", data):
            session = self.ground.house.desk.agenda.by_ref(rated[1])
            if session is not None:
                model.ratings.pop((user.id, session.id), None)
        if data.startswith("p:m:"):
            model.choices.pop(user.id, None)

    def _remember(self, user: User, data: str, said: str) -> None:
        """What the answer to a press promises."""
        if rated := re.match(r"r:([a-z2-7]{8}):([1-5])", data):
            session = self.ground.house.desk.agenda.by_ref(rated[1])
            value = int(rated[2])
            if session is not None and said == str(text("prompt.rated", "id", value=value)):
                self.model.ratings[user.id, session.id] = value
        if data.startswith("p:m:") and said == str(text("reminder.saved", "id")):
            value_said = data.removeprefix("p:m:")
            self.model.choices[user.id] = None if value_said == "off" else int(value_said)

    # --- what befalls the bot -----------------------------------------------------------------

    async def _fault(self, move: Move, user: User) -> None:
        kind = _of(_FAULTS, move.dice[0])
        fault = Fault(kind, chat_id=user.id, times=1 + move.dice[1] % 3, after=move.dice[2] % 3)
        fault.seconds, fault.description = 0.02, "Bad Request: made up by the simulation"
        self.ground.world.faults.add(fault)

    async def _updates(self, move: Move, user: User) -> None:
        faults = self.ground.world.faults
        faults.duplicate_updates = move.dice[0] % 2 == 0
        faults.reorder_updates = move.dice[1] % 3 == 0

    async def _kill(self, move: Move, user: User) -> None:
        await self.ground.restart(crash=move.dice[0] % 4 > 0)

    async def _behead(self, move: Move, user: User) -> None:
        self.ground.guillotine.arm(1 + move.dice[0] % 12, after=move.dice[1] % 2 == 0)

    async def _wait(self, move: Move, user: User) -> None:
        minutes = _of(_CHANGE_OF_TIME, move.dice[0]) / 60 * (1 + move.dice[1] % 10)
        await self.ground.step(later(self.ground.clock.instant, minutes * 60))

    async def _sleep(self, move: Move, user: User) -> None:
        hours = 1 + move.dice[0] % 7
        if move.dice[1] % 2:
            self.ground.clock.instant = later(self.ground.clock.instant, hours * 3600)
        await self.ground.step(later(self.ground.clock.instant, hours * 3600))

    async def _back(self, move: Move, user: User) -> None:
        self.ground.clock.instant = later(self.ground.clock.instant, -3600)

    def _say(self, user: User, words: str) -> int | None:
        if user.blocked or user.chat().state == "new":
            return None
        return int(user.send_text(words)["message_id"])


def _buttons(user: User, pattern: str) -> list[tuple[dict[str, Any], str]]:
    return [
        (message, data)
        for message in user.messages
        for row in message.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
        if (data := button.get("callback_data"))
        and re.match(pattern, data)
        and not _LEFT_ALONE.match(data)
    ]


def _of(choices: Any, dice: int) -> Any:
    return choices[dice % len(choices)]
