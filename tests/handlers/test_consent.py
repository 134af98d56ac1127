"""The privacy text: shown at first contact and when it changes, agreed to by a button."""

from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot.domain.agenda import Event
from bot.services import privacy
from bot.store.tables import Person
from tests.acting import press_data
from tests.builders import EVENT, Stage, buttons, last, local, staged, texts


def _event(stage: Stage) -> Event:
    return stage.house.desk.agenda.event


def _button(person: Person, event: Event) -> str:
    return privacy.question(person, event).buttons[0][0].data or ""


def _folder(tmp_path: Path, *lines: str) -> Path:
    """The shipped event with more lines about privacy."""
    agenda = (EVENT / "agenda.yaml").read_text(encoding="utf-8")
    own = "".join(f"  {line}\n" for line in lines)
    changed = agenda.replace("event:\n", f"event:\n{own}", 1)
    (tmp_path / "agenda.yaml").write_text(changed, encoding="utf-8")
    (tmp_path / "roster.csv").write_text(
        (EVENT / "roster.csv").read_text(encoding="utf-8"), encoding="utf-8"
    )
    return tmp_path


async def test_the_welcome_tells_what_is_kept_and_records_when(stage: Stage) -> None:
    camat = await stage.user("p30")
    assert len(camat.inbox) == 1
    assert "/dataku" in last(camat) and "/hapus" in last(camat)
    person = await stage.person("p30")
    assert person.consent_version == privacy.version(_event(stage))
    assert person.consent_shown_at == stage.clock.instant
    assert not privacy.consented(person, _event(stage))
    await stage.say(camat, "/jadwal")
    await stage.restart()
    await stage.say(camat, "/jadwal")
    assert sum("/dataku" in text for text in texts(camat)) == 1


async def test_the_button_records_the_agreement_once_and_goes_away(stage: Stage) -> None:
    camat = await stage.user("p30")
    agreed_at = stage.clock.instant
    await stage.press(camat, "Saya setuju")
    assert "Saya setuju" not in buttons(camat)
    await stage.step(local("2025-11-03 21:00"))
    person = await stage.person("p30")
    event = _event(stage)
    assert privacy.consented(person, event)
    answer = await press_data(stage, camat, _button(person, event))
    assert "sudah dicatat" in answer["text"]
    assert (await stage.person("p30")).consented_at == agreed_at


async def test_agreeing_leads_on_to_what_was_asked_for(stage: Stage) -> None:
    camat = await stage.user("p30")
    asked = privacy.question(await stage.person("p30"), _event(stage), then="n:l:0")
    await stage.house.application.bot.send_message(camat.id, **_sent(asked.payload()))
    await stage.press(camat, "Saya setuju")
    assert "catatan" in (await stage.press(camat, "Lanjutkan")).lower()


def _sent(payload: dict[str, Any]) -> dict[str, Any]:
    return {key: payload[key] for key in ("text", "parse_mode", "reply_markup")}


async def test_a_newer_text_is_shown_at_the_next_contact_once_and_asks_anew(
    tmp_path: Path,
) -> None:
    folder = _folder(tmp_path, 'consent_version: "1"')
    async with staged(tmp_path, now=local("2025-11-03 20:00"), event=folder) as stage:
        camat = await stage.user("p30")
        await stage.press(camat, "Saya setuju")
        old = _button(await stage.person("p30"), _event(stage))
        _folder(tmp_path, 'consent_version: "2"', "consent_text: Foto kegiatan disimpan Humas.")
        await stage.restart()
        before = len(camat.inbox)
        assert "Foto kegiatan disimpan Humas." in await stage.say(camat, "/jadwal")
        assert len(camat.inbox) == before + 2
        assert not privacy.consented(await stage.person("p30"), _event(stage))
        assert "Foto kegiatan" not in await stage.say(camat, "/jadwal")
        answer = await press_data(stage, camat, old)
        assert "diperbarui" in answer["text"]
        assert "Foto kegiatan" in last(camat)
        assert not privacy.consented(await stage.person("p30"), _event(stage))
        await stage.press(camat, "Saya setuju")
        assert privacy.consented(await stage.person("p30"), _event(stage))


async def test_who_joined_before_there_was_a_privacy_text_is_shown_it(stage: Stage) -> None:
    camat = await stage.user("p30")

    def forget(db: Session) -> None:
        person = db.get_one(Person, camat.id - 1000)
        person.consent_version = person.consent_shown_at = None

    await stage.house.db.write(forget)
    assert "Sebelum dilanjutkan" in await stage.say(camat, "besok jam berapa mulai?")
    assert (await stage.person("p30")).consent_shown_at is not None


async def test_strangers_are_told_nothing_more(stage: Stage) -> None:
    stranger = stage.world.add_user(5, "Somebody")
    assert "khusus peserta" in await stage.say(stranger, "/jadwal")
    assert len(stranger.inbox) == 1
