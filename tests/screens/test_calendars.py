"""A person's calendar under an address of its own, over HTTP."""

import logging
import re
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from icalendar import Calendar

from bot.rehearsal.world import User
from tests.acting import press_data
from tests.builders import Stage, local, plain, staged
from tests.handlers.test_own_agenda import DAY, ZONE, folder


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A bot that phones can reach."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    now, event = local(f"{DAY} 08:00", ZONE), folder(tmp_path)
    web = {"web_port": port, "web_url": f"http://127.0.0.1:{port}/"}
    async with staged(tmp_path, now=now, event=event, **web) as ready:
        yield ready


async def _get(url: str, **headers: str) -> tuple[int, bytes, Mapping[str, str]]:
    async with aiohttp.ClientSession() as client, client.get(url, headers=headers) as answer:
        return answer.status, await answer.read(), answer.headers


async def _link(stage: Stage, user: User) -> str:
    await stage.say(user, "/agendaku")
    words = plain(await stage.press(user, "Kalender otomatis"))
    https, webcal = re.findall(r"(http|webcal)://(\S+)", words)
    assert {https[0], webcal[0]} == {"http", "webcal"} and https[1] == webcal[1]
    return f"http://{https[1]}"


def _events(body: bytes) -> dict[str, Any]:
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    calendar = Calendar.from_ical(body)
    return {str(event["summary"]): event for event in calendar.walk("VEVENT")}


async def test_a_phone_gets_ones_own_sessions_and_what_became_of_them(stage: Stage) -> None:
    user, chief = await stage.user("p01"), await stage.user("o1")
    link = await _link(stage, user)
    status, body, headers = await _get(link)
    assert (status, headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    before = _events(body)
    assert list(before) == ["Pembukaan", "Simulasi Banjir", "Penutupan"]
    await stage.say(user, "simulasi gempa jam berapa?")
    await stage.press(user, "☆ Favorit")
    assert "Simulasi Gempa" in _events((await _get(link))[1])
    await stage.say(chief, "batalkan simulasi banjir")
    await stage.press(chief, "Terapkan")
    after = _events((await _get(link))[1])
    gone = after["Simulasi Banjir"]
    assert (gone["status"], gone["sequence"]) == ("CANCELLED", 1)
    assert gone["uid"] == before["Simulasi Banjir"]["uid"] == "b@g.mandala"
    assert after["Pembukaan"].to_ical() == before["Pembukaan"].to_ical()


async def test_what_the_phone_has_is_not_sent_again_until_it_changes(stage: Stage) -> None:
    user = await stage.user("p01")
    link = await _link(stage, user)
    _, _, first = await _get(link)
    by_mark = {"If-None-Match": first["ETag"]}
    by_time = {"If-Modified-Since": first["Last-Modified"]}
    both = by_mark | {"If-Modified-Since": "Tue, 01 Jan 2019 00:00:00 GMT"}
    for headers in (by_mark, by_time, both):
        status, body, again = await _get(link, **headers)
        assert (status, body, again["ETag"]) == (304, b"", first["ETag"])
    await stage.say(user, "simulasi gempa jam berapa?")
    await stage.press(user, "☆ Favorit")
    for headers in (by_mark, by_time):
        assert (await _get(link, **headers))[0] == 200
    await stage.press(user, "⭐ Favorit")
    _, _, last = await _get(link)
    assert last["ETag"] == first["ETag"]
    assert last["Last-Modified"] > first["Last-Modified"]
    await stage.restart(crash=True)
    assert (await _get(link, **by_mark))[0] == 304


async def test_the_address_dies_with_the_invite_and_opens_for_nobody_else(stage: Stage) -> None:
    user, chief = await stage.user("p01"), await stage.user("o1")
    link = await _link(stage, user)
    base, _, token = link.removesuffix(".ics").rpartition("/")
    for wrong in ("x", f"2{token}", f"{token}A", token.swapcase(), "%F0%9F%98%80"):
        assert (await _get(f"{base}/{wrong}.ics"))[0] == 404
    other = await _link(stage, await stage.user("p02"))
    assert other != link
    person = await stage.person("p01")
    await stage.say(chief, "/peserta")
    await press_data(stage, chief, f"r:n:{person.id}:1")
    assert (await _get(link))[0] == 404
    assert (await _get(other))[0] == 200


async def test_who_left_has_no_calendar_and_who_asks_too_often_waits(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    user = await stage.user("p01")
    link = await _link(stage, user)
    answers = [await _get(link) for _ in range(32)]
    assert [status for status, _, _ in answers[28:]] == [200, 200, 429, 429]
    assert answers[-1][2]["Retry-After"] == "600"
    await stage.step(local(f"{DAY} 08:11", ZONE))
    assert (await _get(link))[0] == 200
    await stage.say(user, "/hapus")
    await stage.press(user, "Hapus semua data saya")
    await stage.press(user, "Ya, hapus untuk selamanya")
    assert (await _get(link))[0] == 404
    assert link.rpartition("/")[2] not in caplog.text
