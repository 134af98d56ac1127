"""Personal data ends with the day in the event file: warned of, deleted, counted."""

import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select, update

from bot.scheduling.purging import purge
from bot.services import retention as service
from bot.store import retention
from bot.store.retention import Purge
from bot.store.tables import (
    AnonymousNote,
    Broadcast,
    Note,
    Person,
    QuestionVote,
    Rating,
    SpeakerQuestion,
)
from tests.builders import Stage, last, local, staged, texts
from tests.handlers.test_my_data import everything
from tests.kept_notes import everything as rows

WORDS = "zqrahasiaqz"
AGENDA = """
event:
  {id: e, name: Acara, timezone: Asia/Jakarta, start: 2025-11-04, end: 2025-11-05,
   keep_until: 2025-11-20}
sessions:
  - {id: a, title: Pembukaan, start: 2025-11-04 09:00, end: 2025-11-04 10:00, kind: ceremony}
  - {id: b, title: Penutupan, start: 2025-11-05 09:00, end: 2025-11-05 10:00, kind: ceremony}
"""
"""Little goes on, so that moving the clock is quick."""
ROSTER = "id,name,role\n" + "".join(
    f"{key},Peserta {key},{role}\n"
    for key, role in (("p1", "peserta"), ("p2", "peserta"), ("p3", "ajudan"),
                      ("p4", "peserta"), ("o1", "panitia"))
)  # fmt: skip


@pytest.fixture
async def ended(tmp_path: Path) -> AsyncIterator[Stage]:
    """Data is kept until 20 November; it is the 5th, two people wrote something."""
    (tmp_path / "agenda.yaml").write_text(AGENDA, encoding="utf-8")
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    async with staged(tmp_path, now=local("2025-11-05 16:00"), event=tmp_path) as stage:
        for key in ("p1", "p2", "o1"):
            await stage.user(key)
        for key in ("p1", "p2"):
            await stage.say(await stage.user(key), f"/refleksi {WORDS}")
        yield stage


async def counted(stage: Stage) -> tuple[int, Purge | None]:
    """How many notes there are, and how far deleting has come."""

    def count(db: Session) -> tuple[int, Purge | None]:
        return len(db.exec(select(Note)).all()), retention.last_purge(db)

    return await stage.house.db.read(count)


async def keep_house(stage: Stage) -> None:
    """What the planner does every hour."""
    await stage.house.planner._keep_house()
    await stage.calm()


async def test_organizers_are_warned_three_times_and_nobody_else(ended: Stage) -> None:
    camat, organizer = await ended.user("p1"), await ended.user("o1")
    await ended.step(local("2025-11-06 08:59"))
    assert not any("Masa simpan" in text or "disimpan sampai" in text for text in texts(organizer))
    await ended.step(local("2025-11-06 09:00"))
    assert "14 hari lagi" in last(organizer) and "20 November 2025" in last(organizer)
    await ended.restart()
    await ended.step(local("2025-11-20 23:59"))
    warned = [text for text in texts(organizer) if "Data pribadi peserta disimpan" in text]
    assert [n for n in (14, 3, 1) for text in warned if f"({n} hari lagi)" in text] == [14, 3, 1]
    assert len(warned) == 3
    assert not any("Data pribadi peserta disimpan" in text for text in texts(camat))


async def test_of_missed_warnings_the_last_is_made_up_for(ended: Stage) -> None:
    organizer = await ended.user("o1")
    await ended.house.stop()
    ended.clock.instant = local("2025-11-18 12:00")
    ended.house = ended._make()
    await ended.house.start()
    await ended.calm()
    warned = [text for text in texts(organizer) if "Data pribadi peserta disimpan" in text]
    assert len(warned) == 1
    assert "(2 hari lagi)" in warned[0]


async def test_after_the_day_only_totals_stay_and_the_bot_still_answers(
    ended: Stage, tmp_path: Path
) -> None:
    camat, organizer = await ended.user("p1"), await ended.user("o1")

    def rate(db: Session) -> None:
        people = [p.id or 0 for p in db.exec(select(Person)).all()]
        for number in people[:5]:
            db.add(Rating(person_id=number, session_id="a", value=4, rated_at=_now(ended)))
        db.add(Rating(person_id=people[0], session_id="b", value=2, rated_at=_now(ended)))
        db.add(AnonymousNote(key="k", session_id="a", text=f"{WORDS} tanpa nama"))
        for person_id in (None, people[0]):
            key = f"q{person_id}"
            asked = SpeakerQuestion(key=key, session_id="a", text=f"{WORDS} {key}")
            asked.person_id = person_id
            db.add(asked)
            db.add(QuestionVote(question=key, voter=f"zqvoterqz{key}"))

    await ended.house.db.write(rate)
    ended.clock.instant = local("2025-11-20 23:59")
    await keep_house(ended)
    assert (await counted(ended))[0] == 2
    ended.clock.instant = local("2025-11-21 00:00")
    await keep_house(ended)
    notes, last_purge = await counted(ended)
    assert notes == 0
    assert last_purge is not None and last_purge.finished_at is not None
    assert last_purge.totals["notes"] == 2
    assert last_purge.totals["notes_without_name"] == 1
    assert last_purge.totals["ratings"] == {
        "a": {"count": 5, "mean": 4.0},
        "b": {"count": 1, "mean": None},
    }
    assert "2 catatan, 6 penilaian" in last(organizer)
    assert "Pembukaan" in await ended.say(camat, "pembukaan jam berapa?")
    await ended.house.wake()
    if ended.house.db.sqlite:
        assert WORDS.encode() not in everything(tmp_path)
        assert b"zqvoterqz" not in everything(tmp_path)
    for table in (AnonymousNote, SpeakerQuestion, QuestionVote):
        assert await rows(ended, table) == []


async def test_what_was_given_without_name_afterwards_goes_after_a_month_too(
    ended: Stage,
) -> None:
    ended.clock.instant = local("2025-11-21 03:00")
    await keep_house(ended)
    given = AnonymousNote(key="k", session_id="a", text="kemudian")
    await ended.house.db.write(lambda db: db.add(given))
    for days, left in ((29, 1), (30, 0)):
        ended.clock.instant = local("2025-11-21 03:00") + timedelta(days=days)
        await keep_house(ended)
        assert len(await rows(ended, AnonymousNote)) == left


async def test_who_is_announcing_meanwhile_has_their_data_deleted_soon_after(
    ended: Stage,
) -> None:
    organizer = await ended.user("o1")
    await ended.say(organizer, f"/refleksi {WORDS}")
    await ended.say(organizer, "/umumkan")
    await ended.say(organizer, "Terima kasih.")
    await ended.press(organizer, "Kirim")
    await ended.house.db.write(lambda db: db.execute(update(Broadcast).values(state="sending")))
    ended.clock.instant = local("2025-11-21 03:00")
    await keep_house(ended)
    notes, begun = await counted(ended)
    assert notes == 1
    assert begun is not None
    assert begun.finished_at is None
    await ended.house.db.write(lambda db: db.execute(update(Broadcast).values(state="done")))
    ended.clock.instant += timedelta(hours=1)
    await keep_house(ended)
    notes, done = await counted(ended)
    assert notes == 0
    assert done is not None
    assert done.finished_at is not None
    assert done.totals["notes"] == 3


def _now(stage: Stage) -> datetime:
    return stage.clock.instant


async def test_deleting_cut_short_goes_on_and_counts_once(
    ended: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended.clock.instant = local("2025-11-21 03:00")
    real = service.purge

    def failing(db: Session, desk: object, *, person_id: int) -> frozenset[str] | None:
        if person_id > 1:
            raise OSError("the power fails")
        return real(db, ended.house.desk, person_id=person_id)

    with monkeypatch.context() as patch:
        patch.setattr(service, "purge", failing)
        with pytest.raises(OSError, match="power"):
            await purge(ended.house.desk)
    assert (await counted(ended))[0] == 1
    await ended.restart(crash=True)
    await keep_house(ended)
    notes, last_purge = await counted(ended)
    assert notes == 0
    assert last_purge is not None and last_purge.totals["notes"] == 2
    told = [text for text in texts(await ended.user("o1")) if "Masa simpan data" in text]
    assert len(told) == 1


async def test_what_is_written_afterwards_has_another_month(ended: Stage) -> None:
    camat, organizer = await ended.user("p1"), await ended.user("o1")
    ended.clock.instant = local("2025-11-21 03:00")
    await keep_house(ended)
    await ended.say(camat, "/refleksi kemudian")
    for days, left in ((29, 1), (30, 0)):
        ended.clock.instant = local("2025-11-21 03:00") + timedelta(days=days)
        await keep_house(ended)
        assert (await counted(ended))[0] == left
    assert sum("Masa simpan data" in text for text in texts(organizer)) == 1


async def test_files_that_a_deletion_cut_short_left_behind_go_the_next_day(ended: Stage) -> None:
    attachments = ended.house.desk.attachments
    old, young = (attachments.put(content) for content in (b"old", b"young"))
    path = attachments.folder / old[:2] / old
    os.utime(path, (path.stat().st_mtime - 90_000,) * 2)
    await keep_house(ended)
    with pytest.raises(FileNotFoundError):
        attachments.get(old)
    assert attachments.get(young) == b"young"


async def test_who_left_the_roster_is_forgotten_by_name_too(ended: Stage, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    gone = await ended.person("p2")
    lines = roster.read_text(encoding="utf-8").splitlines(keepends=True)
    roster.write_text("".join(line for line in lines if "p2," not in line), encoding="utf-8")
    await ended.restart()
    await ended.calm()
    await ended.press(await ended.user("o1"), "Terapkan")
    ended.clock.instant = local("2025-11-21 03:00")
    await keep_house(ended)
    left = await ended.house.db.read(lambda db: db.get(Person, gone.id))
    assert left is not None
    assert (left.name, left.position, left.chat_id) == ("", None, None)


async def test_a_later_day_in_the_file_puts_it_off(ended: Stage, tmp_path: Path) -> None:
    later = AGENDA.replace("2025-11-20", "2026-02-01")
    (tmp_path / "agenda.yaml").write_text(later, encoding="utf-8")
    await ended.restart()
    await ended.calm()
    await ended.press(await ended.user("o1"), "ubah batas data")
    ended.clock.instant = local("2025-12-01 03:00")
    await keep_house(ended)
    assert (await counted(ended))[0] == 2
