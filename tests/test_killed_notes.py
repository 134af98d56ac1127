"""The bot is killed at a hundred random moments while people write notes and change them:
nothing that was acknowledged is lost, nothing is doubled."""

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from bot.domain.refs import ref
from bot.rehearsal.api.running import running
from bot.rehearsal.world import User, World
from bot.store import attachments, people
from bot.store.attachments import Attachments
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.roster_file import read_roster
from bot.store.tables import (
    Commitment,
    CommitmentStep,
    Inbox,
    Note,
    NoteMessage,
    NoteVersion,
    Rating,
)
from tests.builders import TOKEN
from tests.note_changes import Changes, Kept

ROOT = Path(__file__).parents[1]
MOMENTS = 100
PEOPLE = 4
LONG = "panjang sekali " * 300
_EVENT = """
event: {{id: e, name: E, timezone: UTC, start: {day}, end: {day}}}
sessions:
  - {{id: s, title: Sesi, kind: talk, start: {day} 09:00, end: {day} 10:00}}
"""


@dataclass
class Written:
    """What one person has sent: the message of each piece, and of which note it is one."""

    user: User
    changes: Changes
    plan: int
    """The id of their commitment."""
    notes: list[Kept] = field(default_factory=list)
    sent: set[int] = field(default_factory=set)
    """Messages that are acknowledged by an answer to them, or by a mark."""
    files: dict[int, str] = field(default_factory=dict)
    """Digest of the file that a message carried."""

    def write(self, chance: random.Random) -> None:
        """A note in one, two or three messages, now and then with a file."""
        number = len(self.notes)
        pieces = [self.user.send_text(f"/refleksi {self.user.id} {number}")]
        for part in range(chance.choice((0, 0, 1, 2))):
            pieces.append(self.user.send_text(f"bagian {number} {part} perlu satu pintu"))
        if chance.random() < 0.3:
            data = f"suara {self.user.id} {number}".encode()
            pieces.append(self.user.send_voice(data, caption=f"suara {number}"))
            self.files[pieces[-1]["message_id"]] = sha256(data).hexdigest()
        if chance.random() < 0.1:
            pieces += [self.user.send_text(LONG[:4096]), self.user.send_text(LONG[4096:])]
        ids = [piece["message_id"] for piece in pieces]
        self.sent.update(ids)
        self.notes.append(Kept(ids, f"{self.user.id} {number}"))

    def waiting(self) -> int:
        """How many messages have no answer yet."""
        return len(self.sent - self.acknowledged())

    def acknowledged(self) -> set[int]:
        """Messages that the bot has said to have kept, in words or by its mark."""
        chat = self.user.chat()
        said = {
            message["reply_to_message"]["message_id"]
            for message in self.user.inbox
            if "✅" in message.get("text", "") and "reply_to_message" in message
        }
        return said | {number for number, given in chat.reactions.items() if given}


@dataclass
class Ground:
    """The world, the store as seen from outside, and the process that forks bots."""

    world: World
    db: Database
    files: Attachments
    process: Process
    writers: list[Written]
    seen: set[tuple[int, int]] = field(default_factory=set)
    """Acknowledged messages that were found in the store."""
    polled: int = 0
    """Polls of all bots, counted in the calls up to ``counted``."""
    counted: int = 0

    async def live(self, answers: int | None, more_s: float = 0.0) -> None:
        """Lets a bot live for so many answers after its first poll and a moment more, then kills
        it: so it comes as far on a slow machine. None: until all is done.
        """
        pipe_in, pipe_out = self.process.stdin, self.process.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        before = self._polls()
        pipe_in.write(b"go\n")
        pid = int(await pipe_out.readline())
        async with asyncio.timeout(60):
            while answers is not None and self._polls() == before:  # noqa: ASYNC110
                await asyncio.sleep(0.002)
            begun = len(self.world.calls) + (answers or 0)
            while len(self.world.calls) < begun and self.busy():  # noqa: ASYNC110
                await asyncio.sleep(0.002)
            await asyncio.sleep(more_s)
            while answers is None and self.busy():  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
        assert await pipe_out.readline() == b"ended\n"

    def busy(self) -> bool:
        """Whether anything that was sent is not handled yet."""
        return bool(self.world.bot.pending or self.unhandled())

    def _polls(self) -> int:
        calls = self.world.calls
        self.polled += sum(
            calls[place].method == "getUpdates" for place in range(self.counted, len(calls))
        )
        self.counted = len(calls)
        return self.polled

    def rows(self, query: Any) -> list[Any]:
        return self.db.read_now(lambda session: list(session.exec(query).all()))

    def unhandled(self) -> list[Any]:
        return self.rows(select(Inbox.update_id).where(col(Inbox.body).is_not(None)))

    def check(self, *, again: bool = False) -> None:
        """What is acknowledged is in the store, the file of it on the disk.

        Args:
            again: also what was found there before.
        """
        said = {(w.user.id, number): w for w in self.writers for number in w.acknowledged()}
        fresh = [source for source in said if again or source not in self.seen]
        with Session(self.db.engine) as db:
            for source in fresh:
                assert db.get(NoteMessage, source) is not None, "acknowledged and lost"
                wanted = said[source].files.get(source[1])
                if wanted is not None:
                    attachment = attachments.by_message(db, *source)
                    assert attachment is not None
                    assert attachment.digest == wanted
                    assert sha256(self.files.get(wanted)).hexdigest() == wanted
        self.seen.update(fresh)
        for writer in self.writers:
            writer.changes.check(self.rows_of(writer))

    def rows_of(self, writer: Written) -> list[Any]:
        """This person's notes, ratings and commitment."""
        own = writer.user.id - 1000
        return [
            row
            for table in (Note, Rating, Commitment)
            for row in self.rows(select(table).where(col(table.person_id) == own))
        ]

    def note_of(self, writer: Written, message_id: int) -> int | None:
        """The note that the message belongs to, once it is in the store."""
        with Session(self.db.engine) as db:
            row = db.get(NoteMessage, (writer.user.id, message_id))
            return row.note_id if row is not None else None


def _join(folder: Path, world: World) -> list[Written]:
    """Everybody on the roster, who joined long ago; the store is made for it."""
    day = datetime.now(UTC).date() - timedelta(days=20)
    (folder / "agenda.yaml").write_text(_EVENT.format(day=day))
    rows = [f"p{n},Person {n},participant" for n in range(1, PEOPLE + 1)]
    (folder / "roster.csv").write_text("\n".join(["id,name,role", *rows]))
    db = Database(f"sqlite:///{folder}/state/mandala.db")
    migrate(db.engine)
    roster = read_roster(folder / "roster.csv")
    db.write_now(lambda session: people.put_roster(session, roster))
    writers = []
    for person in db.read_now(people.everyone):
        user = world.add_user(1000 + (person.id or 0), person.name)
        user.chat().state = "member"
        person.chat_id, person.joined_at = user.id, datetime.now(UTC) - timedelta(days=40)
        db.write_now(_merge, person)
        now = datetime.now(UTC)
        plan = Commitment(
            id=user.id,
            person_id=person.id or 0,
            what=f"rencana {user.id}",
            due_on=date(2099, 1, 1),
            created_at=now,
            updated_at=now,
        )
        db.write_now(_merge, plan)
        writers.append(Written(user, Changes(user, ref("s")), user.id))
    db.close()
    return writers


def _merge(session: Session, row: Any) -> None:
    session.merge(row)


@asynccontextmanager
async def ground(folder: Path) -> AsyncIterator[Ground]:
    world = World(token=TOKEN, call_log=None)
    writers = _join(folder, world)
    async with running(world, token=TOKEN) as url:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.mortal_bot", url, str(folder),
            cwd=ROOT, stdin=PIPE, stdout=PIPE, start_new_session=True,
        )  # fmt: skip
        db = Database(f"sqlite:///{folder}/state/mandala.db")
        try:
            files = Attachments(folder / "state" / "attachments")
            yield Ground(world, db, files, process, writers)
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # the bot of a test that failed, too
            await process.wait()
            db.close()


async def test_killed_at_a_hundred_random_moments_no_note_is_lost_or_doubled(
    tmp_path: Path,
) -> None:
    chance = random.Random(11)
    async with ground(tmp_path) as g:
        killed_at_work = 0
        for writer in g.writers:
            writer.write(chance)
        await g.live(None)
        for _ in range(MOMENTS):
            for writer in g.writers:
                if writer.waiting() < 3:  # what a slow machine does not get done must not pile up
                    writer.write(chance)
                if writer.notes and writer.user.inbox and writer.changes.waiting() < 3:
                    found = partial(g.note_of, writer)
                    writer.changes.change(writer.notes, found, writer.plan)
            await g.live(chance.randrange(6), chance.uniform(0, 0.02))
            g.check()
            killed_at_work += g.busy()
        await g.live(None)
        g.check(again=True)
        assert killed_at_work >= MOMENTS // 2, "most of them in the middle of something"
        _check_end(g)


def _check_end(g: Ground) -> None:
    """Everything that was ever sent is done, and done once."""
    sources = {(row.chat_id, row.message_id): row for row in g.rows(select(NoteMessage))}
    notes = {note.id: note for note in g.rows(select(Note))}
    versions = Counter(version.note_id for version in g.rows(select(NoteVersion)))
    assert set(Counter(note.text for note in notes.values()).values()) == {1}, "doubled"
    by_note: dict[int, list[int]] = {}
    for (_chat, message_id), row in sources.items():
        by_note.setdefault(row.note_id, []).append(message_id)
    for writer in g.writers:
        # A new text for a note is told of otherwise, unless a bot died just after it had kept it.
        pieces = {number for note in writer.notes for number in note.pieces}
        said = writer.acknowledged()
        assert writer.sent <= said <= pieces, "everything is kept and said to be in the end"
        for kept in writer.notes:
            note_id = sources[writer.user.id, kept.pieces[0]].note_id
            assert sorted(by_note[note_id]) == kept.pieces, "one note, all of its pieces"
            assert kept.fits(notes[note_id]), (kept, notes[note_id])
            assert versions[note_id] == kept.edits
        steps = select(CommitmentStep).where(CommitmentStep.commitment_id == writer.plan)
        told = g.rows(steps.order_by(col(CommitmentStep.id)))
        writer.changes.check_end(g.rows_of(writer), told)
    pressed = [each.topic for writer in g.writers for each in writer.changes.pressed]
    assert len(pressed) + versions.total() >= 10, "notes are changed too"
