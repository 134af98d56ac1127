"""Thirty-two recipients, one refused for a while and one for good, through the whole bot."""

import io
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from sqlmodel import Session

from bot.rehearsal.world import User
from bot.rehearsal.world.faults import Fault
from bot.store import people
from tests.builders import Stage, local, plain, staged, texts

RECIPIENTS = 32
WORDS = "Bus berangkat pukul 13.00 dari lobi."


async def everybody(stage: Stage) -> dict[str, User]:
    """An organizer and 31 participants, joined long ago, by name."""

    def join(db: Session) -> list[tuple[int, str]]:
        persons = sorted(people.everyone(db), key=lambda one: (one.key != "o1", one.key))
        chosen = persons[:RECIPIENTS]
        for person in chosen:
            person.chat_id, person.joined_at = 1000 + (person.id or 0), local("2025-11-01 08:00")
            db.add(person)
        return [(1000 + (person.id or 0), person.name) for person in chosen]

    found = {}
    for number, name in await stage.house.db.write(join):
        user = found[name] = stage.world.add_user(number, name)
        user.chat().state = "member"
    return found


async def test_thirty_one_get_it_one_is_reported_none_is_doubled_or_lost(tmp_path: Path) -> None:
    async with staged(tmp_path, now=local("2025-11-03 12:00")) as stage:
        users = await everybody(stage)
        names = list(users)
        organizer, patient, gone = users[names[0]], users[names[5]], users[names[20]]
        await stage.say(organizer, "/umumkan")
        assert f"{RECIPIENTS} orang" in plain(await stage.say(organizer, WORDS))
        stage.world.faults.add(
            Fault("429", method="copyMessage", chat_id=patient.id, retry_after=2)
        )
        stage.world.faults.add(Fault("403", method="copyMessage", chat_id=gone.id))
        await stage.press(organizer, "Kirim")
        await stage.step(local("2025-11-03 12:00:30"))
        await stage.outlast(2.1)
        copies = {name: sum(text == WORDS for text in texts(user)) for name, user in users.items()}
        copies[names[0]] -= 1  # the preview
        assert copies == {name: int(user is not gone) for name, user in users.items()}
        assert plain(last_report(organizer)) == (
            "📢 Laporan pengumuman\n"
            f"{WORDS}\n"
            f"Terkirim: 31 dari {RECIPIENTS}\n"
            f"Memblokir bot: 1 – {names[20]}"
        )
        await stage.press(organizer, "Excel")
        rows = sheet(stage, organizer)
        assert rows[0][0] == WORDS
        assert [row[0] for row in rows[2:]] == sorted(names)
        for name, *facts in rows[2:]:
            state, at, _read, words = facts[3:]
            if name == names[20]:
                assert state == "memblokir bot"
                assert words == "Forbidden: bot was blocked by the user"
            else:
                assert (state, words) == ("terkirim", None)
            assert at.startswith("2025-11-03 12:00:")


def last_report(user: User) -> str:
    return next(text for text in reversed(texts(user)) if "Laporan pengumuman" in text)


def sheet(stage: Stage, user: User) -> list[tuple[Any, ...]]:
    """Cells of the spreadsheet that came last."""
    stored = stage.world.files.get(user.inbox[-1]["document"]["file_id"])
    assert stored is not None
    page = load_workbook(io.BytesIO(stored.data)).worksheets[0]
    return [tuple(row) for row in page.iter_rows(values_only=True)]
