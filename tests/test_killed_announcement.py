"""The real process is killed in the middle of an announcement to three hundred."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlmodel import Session, select

from bot.domain.outbox import Status
from bot.rehearsal.world import Fault, User
from bot.store import people
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.roster_file import read_roster
from bot.store.tables import Broadcast, Outbox, Person
from tests.builders import plain, texts
from tests.stores import database_url
from tests.test_process import Ground, _ground, write_event

WORDS = "Bus berangkat pukul 13.00 dari lobi."
RECIPIENTS = 300
KILLED_AFTER = (50, 180)
_RATE = {"MESSAGES_PER_SECOND": "200"}


async def test_nobody_is_left_out_and_who_is_in_doubt_is_named_and_can_be_sent_it_again(
    tmp_path: Path,
) -> None:
    write_event(tmp_path, datetime.now(UTC) + timedelta(days=1), people=RECIPIENTS - 1)
    with (tmp_path / "roster.csv").open("a") as roster:
        roster.write("\no1,Panitia,organizer")
    async with _ground(tmp_path) as ground:
        users = confirmed(ground, tmp_path)
        organizer = users["Panitia"]
        # So that some are on their way whenever it is killed.
        ground.world.faults.add(Fault("slow", method="copyMessage", seconds=0.05, times=None))
        for calls in KILLED_AFTER:
            process = await ground.start(ready=False, **_RATE)
            await ground.until(partial(_copied, ground, calls))
            await process.kill()
        process = await ground.start(ready=False, **_RATE)
        await ground.until(lambda: "Laporan" in report(organizer))
        ends = {row.chat_id: row.status for row in ground.read(select(Outbox)) if _is_copy(row)}
        assert len(ends) == RECIPIENTS
        assert set(ends.values()) == {Status.DELIVERED, Status.UNKNOWN}
        doubtful = sorted(n for n, user in users.items() if ends[user.id] is Status.UNKNOWN)
        for name, user in users.items():
            assert copies(user) == 1 or (name in doubtful and copies(user) == 0)
        said = report(organizer)
        assert f"Terkirim: {RECIPIENTS - len(doubtful)} dari {RECIPIENTS}" in said
        _, _, named = said.partition(f"Tidak diketahui sampai atau tidak: {len(doubtful)} – ")
        listed = named.split("\n")[0].split("; ")
        assert set(listed[:40]) <= set(doubtful)
        assert len(set(listed[:40])) == min(40, len(doubtful))
        before = {name: copies(user) for name, user in users.items()}
        organizer.press(*button(organizer, "Kirim ulang"))
        await ground.until(lambda: f"Terkirim: {RECIPIENTS} dari" in report(organizer))
        assert (await process.stop())[0] == 0
        for name, user in users.items():
            assert copies(user) == before[name] + (name in doubtful)


def confirmed(ground: Ground, folder: Path) -> dict[str, User]:
    """Everybody has joined, and an announcement to all was confirmed ten seconds ago."""
    db = Database(database_url(folder))
    migrate(db.engine)
    entries = read_roster(folder / "roster.csv")
    users: dict[str, User] = {}

    def join(session: Session) -> None:
        people.put_roster(session, entries)
        session.flush()
        now = datetime.now(UTC)
        for person in session.exec(select(Person)):
            user = users[person.name] = ground.world.add_user(1000 + (person.id or 0), person.name)
            user.chat().state = "member"
            person.chat_id, person.joined_at, person.language = user.id, now, "id"
            session.add(person)
            if person.key == "o1":
                session.add(
                    Broadcast(
                        author_id=person.id or 0,
                        source_chat_id=user.id,
                        source_message_id=user.send_text(WORDS)["message_id"],
                        title=WORDS,
                        state="preparing",
                        validity="none",
                        created_at=now,
                        confirmed_at=now,
                        release_at=now,
                        progress_chat_id=user.id,
                    )
                )

    db.write_now(join)
    db.close()
    return users


def copies(user: User) -> int:
    return sum(text == WORDS for text in texts(user))


def report(user: User) -> str:
    """What stands in the newest report, or nothing."""
    return next((plain(text) for text in reversed(texts(user)) if "Laporan" in text), "")


def button(user: User, words: str) -> tuple[int, str]:
    """Message and data of the newest button whose label contains ``words``."""
    for message in reversed(user.messages):
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            for each in row:
                if words in each["text"]:
                    return message["message_id"], each["callback_data"]
    raise AssertionError(f"no button {words!r}")


def _copied(ground: Ground, calls: int) -> bool:
    return sum(call.method == "copyMessage" for call in ground.world.calls) >= calls


def _is_copy(row: Outbox) -> bool:
    return row.kind == "broadcast"
