"""Coming in by a personal link, once; and what becomes of every other attempt."""

from pathlib import Path
from typing import Any

from bot.domain import invites
from bot.store.tables import Person
from tests.acting import silence
from tests.builders import EVENT, Stage, last, local, staged, texts


async def _code(stage: Stage, key: str) -> str:
    return stage.house.desk.invite_code(await stage.person(key))


async def test_the_link_binds_the_account_and_greets_by_name(stage: Stage) -> None:
    camat = await stage.user("p30")
    assert "Camat Magelang Tengah" in last(camat)
    assert "contoh" in last(camat)
    person = await stage.person("p30")
    assert (person.chat_id, person.joined_at) == (camat.id, stage.clock.instant)
    camat.start(await _code(stage, "p30"))
    await stage.calm()
    assert "sudah terdaftar" in last(camat)


async def test_a_second_account_is_refused_and_the_organizers_are_told_once(stage: Stage) -> None:
    organizer, camat = await stage.user("o1"), await stage.user("p30")
    thief = stage.world.add_user(5, "Somebody")
    for _ in range(2):
        thief.start(await _code(stage, "p30"))
        await stage.calm()
    assert "sudah dipakai oleh akun lain" in last(thief)
    assert sum("akun Telegram kedua" in text for text in texts(organizer)) == 1
    assert "khusus peserta" in await stage.say(thief, "/jadwal")
    assert "Contoh rundown" in await stage.say(camat, "/jadwal")


async def test_two_codes_on_one_account_leave_it_with_the_first(stage: Stage) -> None:
    camat = await stage.user("p30")
    camat.start(await _code(stage, "p31"))
    await stage.calm()
    assert "atas nama lain" in last(camat)
    assert (await stage.person("p31")).chat_id is None


async def test_an_organizer_from_the_settings_who_is_on_the_roster_becomes_that_person(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path, now=local("2025-11-03 20:00"), organizer_ids=(77,)) as stage:
        chief = stage.world.add_user(77, "Chief")
        chief.start()
        await stage.say(chief, "/refleksi sebelum daftar")
        chief.start(await _code(stage, "p25"))
        await stage.calm()
        assert "Kepala BKPSDM" in last(chief)
        for _ in range(2):
            assert "sebelum daftar" in await stage.say(chief, "/catatan")
            answer = await stage.say(chief, "siapa saya?")
            assert answer.startswith("Kepala BKPSDM")
            assert answer.endswith("Panitia")
            await stage.restart()


async def test_wrong_and_revoked_codes_open_nothing(stage: Stage) -> None:
    stranger = stage.world.add_user(5, "Somebody")
    person = await stage.person("p30")
    good = await _code(stage, "p30")

    def revoke(db: Any) -> None:
        db.get(Person, person.id).invite_generation += 1

    await stage.house.db.write(revoke)
    for code in (
        good,
        "x",
        "1-x",
        f"{person.id:x}-{'A' * 24}",
        "f" * 60 + "-a",
        good.upper(),
        invites.code(b"x", event_id="e", person_id=1, generation=1),
    ):
        stranger.send_text(f"/start {code}")
        await stage.calm()
        assert "tidak berlaku" in last(stranger), code
    stranger.start(await _code(stage, "p30"))
    await stage.calm()
    assert "Selamat datang" in last(stranger)


async def test_start_without_a_code_greets_members_and_turns_strangers_away(stage: Stage) -> None:
    camat = await stage.user("p30")
    camat.start()
    await stage.calm()
    assert "sudah terdaftar" in last(camat)
    stranger = stage.world.add_user(5, "Somebody", language_code="en")
    stranger.start()
    await stage.calm()
    assert "participants and organizers only" in last(stranger)


async def test_whoever_left_the_roster_is_a_stranger_and_their_account_is_free(
    tmp_path: Path,
) -> None:
    roster = (EVENT / "roster.csv").read_text(encoding="utf-8")
    for name in ("agenda.yaml", "roster.csv"):
        (tmp_path / name).write_text((EVENT / name).read_text(encoding="utf-8"), encoding="utf-8")
    async with staged(tmp_path, now=local("2025-11-03 20:00"), event=tmp_path) as stage:
        camat = await stage.user("p30")
        (tmp_path / "roster.csv").write_text(roster.replace("p30,", "p99,"), encoding="utf-8")
        await stage.restart()
        assert "khusus peserta" in await stage.say(camat, "/jadwal")
        camat.start(await _code(stage, "p99"))
        await stage.calm()
        assert "Selamat datang" in last(camat)
        assert "Contoh rundown" in await stage.say(camat, "/jadwal")


async def test_blocking_and_coming_back_is_remembered(stage: Stage) -> None:
    camat, organizer = await stage.user("p30"), await stage.user("o1")
    camat.block()
    await silence(stage)
    await stage.step(local("2025-11-05 12:00"))
    assert not any("tidak terkirim" in text for text in texts(organizer))
    before = len(camat.inbox)
    camat.start()
    await stage.calm()
    assert "sudah terdaftar" in last(camat)
    assert len(camat.inbox) == before + 1, "what was missed meanwhile is not sent afterwards"
    await stage.step(local("2025-11-05 13:00"))
    assert len(camat.inbox) > before + 1


async def test_organizers_hear_once_of_somebody_who_cannot_be_reached(stage: Stage) -> None:
    camat, organizer = await stage.user("p30"), await stage.user("o1")
    camat.deactivate()
    await stage.step(local("2025-11-06 12:00"))
    told = [text for text in texts(organizer) if "tidak terkirim" in text]
    assert len(told) == 1
    assert "Camat Magelang Tengah" in told[0]
