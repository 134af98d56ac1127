"""Announcements to more people than fit into one write go in batches, whatever happens between."""

from collections.abc import Callable

import pytest
from sqlmodel import Session, col, select

from bot.domain.outbox import Status
from bot.services import posting
from bot.store.tables import Broadcast, Outbox
from tests.announcing import BUS, Hall
from tests.builders import last, texts

Switch = Callable[[bool], None]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "BATCH", 2)


@pytest.fixture
def going_on(monkeypatch: pytest.MonkeyPatch) -> Switch:
    """Holds back every batch but the first, as a process that died just then would."""
    real = posting.go_on

    def switch(on: bool) -> None:
        monkeypatch.setattr(posting, "go_on", real if on else lambda *_: False)

    return switch


def rows(db: Session) -> list[Status]:
    """Status of every row of the newest announcement."""
    newest = db.exec(select(Broadcast).order_by(col(Broadcast.id).desc())).first()
    assert newest is not None
    found = db.exec(select(Outbox.status).where(Outbox.broadcast_id == newest.id)).all()
    return [Status(status) for status in found]


async def test_everybody_gets_it_once_however_many_batches_it_takes(hall: Hall) -> None:
    await hall.compose()
    assert "5 orang" in await hall.stage.press(hall.organizer, "Kirim")
    assert len(await hall.stage.house.db.read(rows)) == 5
    await hall.wait()
    assert [hall.copies(user) for user in hall.everybody] == [1] * 5
    assert "Terkirim: 5 dari 5" in hall.report()


async def test_killed_between_two_batches_nobody_is_forgotten_and_nobody_gets_it_twice(
    hall: Hall, going_on: Switch
) -> None:
    going_on(False)
    await hall.compose()
    assert "5 orang" in await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait()
    assert len(await hall.stage.house.db.read(rows)) == 2
    assert sum(hall.copies(user) for user in hall.everybody) == 2
    assert not any("Laporan" in text for text in texts(hall.organizer)), "not at its end yet"
    await hall.stage.restart(crash=True)
    going_on(True)
    await hall.stage.look()
    await hall.wait()
    assert [hall.copies(user) for user in hall.everybody] == [1] * 5
    assert "Terkirim: 5 dari 5" in hall.report()


async def test_taken_back_between_two_batches_it_reaches_nobody(
    hall: Hall, going_on: Switch
) -> None:
    going_on(False)
    await hall.compose()
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait(5)
    await hall.stage.press(hall.organizer, "Batalkan")
    going_on(True)
    await hall.stage.look()
    assert "tidak ada yang terkirim" in last(hall.organizer)
    assert await hall.stage.house.db.read(rows) == [Status.CANCELLED] * 5
    await hall.wait(600)
    assert not any(hall.copies(user) for user in hall.everybody)


async def test_what_is_still_being_prepared_is_corrected_and_taken_back_later(
    hall: Hall, going_on: Switch
) -> None:
    going_on(False)
    await hall.send()
    number = hall.label("Hentikan")[1].rpartition(":")[2]
    for data in (f"b:e:{number}", f"b:d:{number}", f"b:dg:{number}"):
        assert "coba lagi sebentar" in await hall.forge(hall.organizer, data)


async def test_put_off_it_leaves_for_all_at_the_new_time(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Waktu")
    await hall.stage.say(hall.organizer, "besok jam 7")
    await hall.stage.press(hall.organizer, "Jadwalkan")
    await hall.stage.say(hall.organizer, "/siaran")
    await hall.stage.press(hall.organizer, "Bus berangkat")
    await hall.stage.press(hall.organizer, "Ubah waktu")
    assert "5 orang" in await hall.stage.press(hall.organizer, "Sekarang")
    await hall.wait()
    assert [hall.copies(user) for user in hall.everybody] == [1] * 5


async def test_correcting_recalling_and_taking_back_reach_all_who_have_it(hall: Hall) -> None:
    await hall.compose()
    await hall.stage.press(hall.organizer, "Lainnya")
    await hall.stage.press(hall.organizer, "Minta konfirmasi")
    await hall.stage.press(hall.organizer, "Kembali")
    await hall.stage.press(hall.organizer, "Kirim")
    await hall.wait()
    await hall.stage.press(hall.organizer, "Belum membaca (5)")
    await hall.stage.press(hall.organizer, "Ingatkan 5")
    await hall.wait()
    assert "Terkirim: 5 dari 5" in hall.report()
    await hall.stage.press(hall.organizer, "Ralat")
    await hall.stage.say(hall.organizer, "Bus berangkat pukul 14.00.")
    await hall.stage.press(hall.organizer, "Ralat bagi 5")
    await hall.wait()
    assert "Diralat: 5 dari 5" in hall.report()
    before = len(hall.first.inbox)
    await hall.stage.press(hall.organizer, "Tarik")
    await hall.stage.press(hall.organizer, "Tarik dari 5")
    await hall.wait()
    assert "Ditarik: 5 dari 5" in hall.report()
    assert len(hall.first.inbox) == before - 2, "the notice and what recalled it"
    assert not any(text.startswith("Bus") for text in texts(hall.second))


async def test_sent_again_to_many_it_reaches_each_once(hall: Hall, going_on: Switch) -> None:
    for user in (hall.first, hall.second, hall.third):
        hall.fault("400", user, description="Bad Request: no luck")
    await hall.announce()
    going_on(False)
    await hall.stage.press(hall.organizer, "Kirim ulang (3)")
    await hall.wait()
    assert sum(hall.copies(user) for user in hall.everybody) == 4
    await hall.stage.restart(crash=True)
    going_on(True)
    await hall.stage.look()
    await hall.wait()
    assert [hall.copies(user, BUS) for user in hall.everybody] == [1] * 5
    assert "Terkirim: 5 dari 5" in hall.report()
