"""The pages for the projector: who gets in, and what is on them."""

import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.domain import presence as codes
from tests.builders import Stage, last, local, plain, staged, texts
from tests.screening import screened


async def _get(url: str) -> tuple[int, str, Any]:
    async with aiohttp.ClientSession() as client, client.get(url) as answer:
        return answer.status, await answer.text(), answer.headers


async def _state(link: str) -> Any:
    address = link.replace("?", "/keadaan?")
    async with aiohttp.ClientSession() as client, client.get(address) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_the_page_shows_the_code_the_picture_and_how_many_are_there(tmp_path: Path) -> None:
    async with screened(tmp_path) as (stage, organizer, link):
        status, page, headers = await _get(link)
        assert status == 200 and "<h1" in page
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert not re.search(r"(src|href)=.?https?:", page)
        state = await _state(link)
        assert state["code"] in plain("".join(texts(organizer)))
        assert state["qr"].startswith("<svg")
        total = state["words"]["count"].split()[-1]
        assert state["words"]["count"] == f"Hadir 0 dari {total}"
        person = await stage.user("p01")
        assert "tercatat hadir" in await stage.say(person, state["code"])
        assert (await _state(link))["words"]["count"] == f"Hadir 1 dari {total}"
        assert (await stage.person("p01")).name not in str(await _state(link))
        english = await _state(link.replace("lang=id", "lang=en"))
        assert english["words"]["count"] == f"Present: 1 of {total}"


async def test_code_and_picture_are_gone_once_it_is_closed(tmp_path: Path) -> None:
    async with screened(tmp_path) as (stage, organizer, link):
        await stage.press(organizer, "Tutup")
        state = await _state(link)
        assert (state["code"], state["qr"]) == (None, None)
        assert state["words"]["status"] == "Presensi sudah ditutup"


async def test_without_the_right_key_there_is_nothing(tmp_path: Path) -> None:
    async with screened(tmp_path) as (stage, _, link):
        base, _, query = link.partition("?")
        ref = base.rpartition("/")[2]
        other = next(s.ref for s in stage.house.desk.agenda.sessions if s.ref != ref)
        for wrong in (
            base,
            f"{base}/keadaan",
            f"{base}?key=",
            f"{base}?key=%F0%9F%98%80",
            f"{base}/keadaan?key={'A' * 24}",
            f"{base.replace(ref, other)}?{query}",
            f"{base.replace(ref, 'aaaaaaaa')}?{query}",
            f"{stage.house.desk.screens}/layar-berkas/serving.py",
            f"{stage.house.desk.screens}/layar-berkas/..%2Fserving.py",
            f"{stage.house.desk.screens}/",
        ):
            status, body, _ = await _get(wrong)
            assert status == 404, wrong
            assert "Registrasi" not in body


async def test_only_organizers_get_the_link(tmp_path: Path) -> None:
    async with screened(tmp_path) as (stage, _, link):
        ref = link.partition("?")[0].rpartition("/")[2]
        for key in ("p01", "o2"):
            user = await stage.user(key)
            stage.world.press(user, user.chat(), user.inbox[-1], f"h:p:{ref}", bot=None)
            await stage.calm()
            assert (link in plain(last(user)).replace("&amp;", "&")) == (key == "o2")


async def test_without_a_port_nothing_is_served_and_nothing_is_offered(stage: Stage) -> None:
    assert stage.house.desk.screens is None
    organizer = await stage.user("o1")
    await stage.say(organizer, "/presensi")
    await stage.press(organizer, "07.30")
    await stage.press(organizer, "Buka presensi")
    with pytest.raises(AssertionError, match="no button"):
        await stage.press(organizer, "Layar")


async def test_a_port_that_is_taken_does_not_keep_the_bot_from_working(tmp_path: Path) -> None:
    async with screened(tmp_path) as (first, _, link):
        port = int(link.split(":")[2].partition("/")[0])
        (tmp_path / "second").mkdir()
        now = local("2025-11-04 07:35")
        async with staged(tmp_path / "second", now=now, web_port=port) as second:
            assert second.house.desk.screens is None
            assert "Registrasi" in await second.say(await second.user("p01"), "/jadwal")
        assert first.house.desk.screens is not None


async def test_keys_differ_by_session_and_secret() -> None:
    facts = {"event_id": "e"}
    key = codes.screen_key(b"a", call_id="aaaaaaaa", **facts)
    assert len(key) == 24
    assert key != codes.screen_key(b"a", call_id="bbbbbbbb", **facts)
    assert key != codes.screen_key(b"b", call_id="aaaaaaaa", **facts)
