"""The real process with two events, killed in the middle of a wave of both."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session, select

from bot.domain.several import mark_for, mark_of
from bot.events import address_of
from bot.rehearsal.api import running
from bot.rehearsal.world import User, World
from bot.store import people
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.roster_file import read_roster
from bot.store.tables import Outbox, Person
from tests.builders import TOKEN, texts
from tests.stores import database_url
from tests.test_process import Ground, write_event

_PEOPLE = 8
_SECOND = "second"


def _second(ground: Ground, folder: Path) -> Database:
    """The other event's store, in which everybody of the first belongs too."""
    db = Database(address_of(database_url(ground.folder), _SECOND))
    migrate(db.engine)
    db.write_now(lambda session: people.put_roster(session, read_roster(folder / "roster.csv")))
    for person in db.read_now(people.everyone):
        person.chat_id = 1000 + (person.id or 0)
        person.joined_at = datetime.now(UTC) - timedelta(days=2)
        db.write_now(_merge, person)
    return db


def _merge(db: Session, person: Person) -> None:
    db.merge(person)


def _reminders(user: User, title: str) -> int:
    return sum(text.startswith("⏰") and title in text for text in texts(user))


async def test_killed_in_a_wave_of_two_events_nobody_misses_a_reminder_of_either(
    tmp_path: Path,
) -> None:
    start, other = datetime.now(UTC) + timedelta(minutes=14), tmp_path / _SECOND
    other.mkdir()
    for folder in (tmp_path, other):
        write_event(folder, start, people=_PEOPLE)
    agenda = (other / "agenda.yaml").read_text().replace("id: e,", f"id: {_SECOND},")
    (other / "agenda.yaml").write_text(agenda.replace("title: Session", "title: Meeting"))
    dirs = f"{tmp_path},{other}"
    world = World(token=TOKEN, username="process_test_bot")
    async with running(world, token=TOKEN) as url:
        ground = Ground(world, url, tmp_path)
        users = ground.joined()
        second = _second(ground, other)
        try:
            process = await ground.start(ready=False, MESSAGES_PER_SECOND="20", EVENT_DIRS=dirs)
            await ground.until(lambda: sum(_reminders(user, "") for user in users) >= _PEOPLE)
            await process.kill()
            process = await ground.start(EVENT_DIRS=dirs)
            titles = ("Session", "Meeting")
            await ground.until(lambda: all(_reminders(u, t) for u in users for t in titles))
            assert (await process.stop())[0] == 0, process.said
            for rows in (ground.read(select(Outbox)), second.read_now(_rows)):
                reminders = [row for row in rows if row.kind == "reminder"]
                assert len(reminders) == _PEOPLE
                assert {row.status.value for row in reminders} == {"delivered"}
            for message in users[0].inbox:
                if message["text"].startswith("⏰"):
                    mark = mark_for(_SECOND) if "Meeting" in message["text"] else ""
                    rows_of_buttons = message["reply_markup"]["inline_keyboard"]
                    data = [b["callback_data"] for row in rows_of_buttons for b in row]
                    assert data and {mark_of(each) for each in data} == {mark}
        finally:
            second.close()
            for each in ground.processes:
                await each.kill()


def _rows(db: Session) -> list[Outbox]:
    return list(db.exec(select(Outbox)).all())
