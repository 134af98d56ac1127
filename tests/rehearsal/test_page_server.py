"""The page's server: who may talk to it, what it tells, what one can do; and how it starts."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.domain import clock
from bot.domain.agenda import Agenda, Event
from bot.rehearsal.rehearse import Rehearsal, opening, rehearse, rehearsing
from bot.store.agenda_file import read_agenda
from bot.texts.catalogue import LANGUAGES, sources

ROOT = Path(__file__).parents[2]
EVENT = ROOT / "data" / "mandala-magelang"
PAGE = ROOT / "bot" / "rehearsal" / "page"


@dataclass
class Client:
    """Talks to a rehearsal as its page does."""

    running: Rehearsal
    http: aiohttp.ClientSession

    async def get(self, path: str, **options: Any) -> aiohttp.ClientResponse:
        return await self.http.get(self.running.url + path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> aiohttp.ClientResponse:
        return await self.http.post(self.running.url + path, json=body or {}, **options)

    async def told(self, path: str, body: Any = None) -> Any:
        response = await self.post(path, body)
        assert response.status == 200
        return await response.json()

    @property
    def first(self) -> int:
        """The first participant."""
        return next(part.id for part in self.running.live.cast if part.role == "participant")


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    async with (
        rehearsing(event_dir=EVENT, state_dir=tmp_path, port=0, speed=0, joined=1) as running,
        aiohttp.ClientSession() as http,
    ):
        yield Client(running, http)


async def until(found: Any, *, seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not found():  # noqa: ASYNC110  # the world has no event for everything
            await asyncio.sleep(0.01)


async def test_only_the_page_itself_may_change_anything(client: Client) -> None:
    path = f"/people/{client.first}/block"
    for origin in ("http://evil.example", "null", "https://127.0.0.1"):
        assert (await client.post(path, headers={"Origin": origin})).status == 403
    for host in ("evil.example", "evil.example:80", "localhost.evil.example"):
        assert (await client.get("/", headers={"Host": host})).status == 421
        assert (await client.post(path, headers={"Host": host})).status == 421
    as_form = await client.http.post(client.running.url + path, data={"a": "b"})
    assert as_form.status == 415
    own = {"Origin": client.running.url}
    assert (await client.post("/clock/pause", headers=own)).status == 200
    assert not client.running.world.users[client.first].blocked


async def test_every_answer_forbids_foreign_and_inline_code(client: Client) -> None:
    for path in ("/", "/page/main.js", "/texts/id", f"/people/{client.first}"):
        response = await client.get(path)
        assert response.status == 200
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_files_outside_the_page_are_not_served(client: Client) -> None:
    for path in ("/page/..%2Fweb.py", "/page/%2Fetc%2Fpasswd", "/page/none.js", "/texts/xx"):
        assert (await client.get(path)).status == 404
    assert (await client.get("/people/1")).status == 404
    assert (await client.get("/files/none")).status == 404


async def test_what_people_do_reaches_the_bot(client: Client) -> None:
    path, user = f"/people/{client.first}", client.running.world.users[client.first]
    await until(lambda: user.inbox)
    assert await client.told(f"{path}/text", {"text": "/jadwal"}) == {}
    await until(lambda: len(user.inbox) == 2)
    own = user.messages[-2]["message_id"]
    assert await client.told(f"{path}/edit", {"message_id": own, "text": "lain"}) == {}
    assert await client.told(f"{path}/react", {"message_id": own, "emoji": "👍"}) == {}
    assert await client.told(f"{path}/contact") == {}
    screen = await (await client.get(path)).json()
    assert [one["text"] for one in screen["messages"] if one["message_id"] == own] == ["lain"]
    assert screen["reactions"] == [{"message_id": own, "emoji": "👍"}]
    assert await client.told(f"{path}/block") == {}
    assert "error" in await client.told(f"{path}/text", {"text": "halo"})
    assert await client.told(f"{path}/unblock") == {}


async def test_what_cannot_be_done_is_said(client: Client) -> None:
    path = f"/people/{client.first}"
    for action, body in (
        ("text", {"text": "  "}),
        ("text", {}),
        ("press", {"message_id": 1, "data": "x"}),
        ("vote", {"message_id": 1, "options": [0]}),
    ):
        assert "error" in await client.told(f"{path}/{action}", body), action
    outsider = list(client.running.live.cast)[-1].id
    assert "error" in await client.told(f"/people/{outsider}/join")
    assert "error" in await client.told("/clock/jump", {"to": 0})
    assert "error" in await client.told("/clock/play", {"speed": -1})
    for unknown in (f"{path}/fly", "/clock/back", "/switches/none", "/people/1/text"):
        assert (await client.post(unknown)).status == 404
    bad = await client.http.post(
        client.running.url + f"{path}/text",
        data=b"[1]",
        headers={"Content-Type": "application/json"},
    )
    assert bad.status == 400


async def test_files_go_up_and_come_down_as_what_they_are(client: Client) -> None:
    path, user = f"/people/{client.first}", client.running.world.users[client.first]
    png = b"\x89PNG\r\n\x1a\n" + bytes(16)
    for kind, name, served in (
        ("photo", "foto.png", "image/png"),
        ("document", "halaman.html", "application/octet-stream"),
        ("voice", "suara.ogg", "audio/ogg"),
    ):
        sent = await client.http.post(
            f"{client.running.url}{path}/upload", data=png, params={"kind": kind, "name": name}
        )
        assert await sent.json() == {}
        message = user.messages[-1]
        found = message[kind][-1] if kind == "photo" else message[kind]
        response = await client.get(f"/files/{found['file_id']}")
        assert response.content_type == served
        assert await response.read() == png
        attached = "attachment" in response.headers.get("Content-Disposition", "")
        assert attached == (kind == "document")
    for kind, data in (("photo", b""), ("film", b"1")):
        url = f"{client.running.url}{path}/upload"
        refused = await client.http.post(url, data=data, params={"kind": kind, "name": "a"})
        assert refused.status == 404 or "error" in await refused.json()


async def test_the_stream_tells_everything_first_and_then_what_happens(client: Client) -> None:
    user = client.running.world.users[client.first]
    stream = await client.get("/live")
    hello = await _next(stream)
    assert hello["type"] == "hello"
    assert len(hello["people"]) == 35
    assert hello["event"]["zone_name"] == "WIB"
    assert hello["clock"]["speed"] == 0
    user.send_text("halo")
    while (event := await _next(stream))["type"] != "message" or "text" not in event["message"]:
        pass
    assert event["chat_id"] == client.first
    await client.post("/clock/play", {"speed": 60})
    while (event := await _next(stream))["type"] != "clock":
        pass
    assert event["speed"] == 60
    stream.close()


async def _next(stream: aiohttp.ClientResponse) -> Any:
    async with asyncio.timeout(10):
        while not (line := await stream.content.readuntil(b"\n")).startswith(b"data: "):
            pass
    return json.loads(line[6:])


async def test_a_rehearsal_that_was_kept_goes_on_where_it_stopped(tmp_path: Path) -> None:
    options: dict[str, Any] = {"event_dir": EVENT, "state_dir": tmp_path, "port": 0, "speed": 0}
    async with rehearsing(**options, joined=1) as first:
        account = next(part.id for part in first.live.cast if part.role == "participant")
        await until(lambda: first.world.users[account].inbox)
        moment = first.director.clock.now() + timedelta(hours=1)
        await first.director.travel(moment)
        inbox = first.world.users[account].inbox
    async with rehearsing(**options, keep=True) as second:
        assert second.director.clock.now() == moment
        assert second.world.users[account].inbox == inbox
        second.world.users[account].send_text("/sekarang")
        await until(lambda: len(second.world.users[account].inbox) > len(inbox))
    async with rehearsing(**options, joined=0) as third:
        assert third.world.users[account].messages == []


async def test_the_command_says_where_it_is_and_begins_afresh_when_asked(tmp_path: Path) -> None:
    lines: list[str] = []
    stop = asyncio.Event()
    running = asyncio.create_task(
        rehearse(
            event_dir=EVENT, state_dir=tmp_path, port=0, open_browser=False, say=lines.append,
            stop=stop,
        )
    )  # fmt: skip
    await until(lambda: lines)
    found = re.search(r"http://127\.0\.0\.1:\d+", lines[0])
    assert found is not None
    async with aiohttp.ClientSession() as http:
        assert (await http.get(found[0])).status == 200
        await http.post(f"{found[0]}/switches/restart", json={})
        await until(lambda: len(lines) == 2)
        assert (await http.get(found[0])).status == 200
    stop.set()
    async with asyncio.timeout(10):
        await running


async def test_a_port_that_was_asked_for_and_is_taken_is_an_error(tmp_path: Path) -> None:
    options: dict[str, Any] = {"event_dir": EVENT, "joined": 0}
    async with rehearsing(**options, state_dir=tmp_path / "a", port=0) as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(OSError, match=str(port)):
            async with rehearsing(**options, state_dir=tmp_path / "b", port=port):
                pass


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 11, 4, 0, 0, tzinfo=UTC)),
        (datetime(2025, 11, 5, 7, 0, tzinfo=UTC), datetime(2025, 11, 5, 7, 0, tzinfo=UTC)),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2025, 11, 4, 0, 0, tzinfo=UTC)),
    ],
)
def test_it_opens_before_the_first_session_or_now_if_the_event_is_on(
    present: datetime, expected: datetime
) -> None:
    assert opening(read_agenda(EVENT), present) == expected


def test_an_event_without_sessions_opens_before_its_first_day() -> None:
    day = date(2026, 3, 2)
    agenda = Agenda(Event("e", "Event", "Asia/Jakarta", day, day), ())
    first = clock.at(day, time(0), "Asia/Jakarta")
    assert opening(agenda, datetime(2020, 1, 1, tzinfo=UTC)) < first


def _words_used() -> set[str]:
    found: set[str] = set()
    for path in PAGE.iterdir():
        if path.suffix in (".js", ".html"):
            text = path.read_text(encoding="utf-8")
            found |= set(
                re.findall(r"""\b(?:t\(|data-t="|data-t-label=)"?([a-z_0-9]+)["]""", text)
            )
    return found


def test_every_word_of_the_page_is_in_the_texts() -> None:
    for language in LANGUAGES:
        known = {key.removeprefix("page.") for key in sources(language) if key.startswith("page.")}
        assert _words_used() - known == set()


def test_the_texts_of_the_page_hold_nothing_but_words_and_names() -> None:
    for language in LANGUAGES:
        for key, source in sources(language).items():
            if key.startswith("page."):
                plain = re.sub(r"\{\{ [a-z]+ \}\}", "", source)
                assert not re.search(r"[{}<>]|&\w+;", plain), key


def test_no_file_of_the_page_parses_markup_or_reaches_elsewhere() -> None:
    for path in PAGE.iterdir():
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 300, path.name
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text
        )
        if path.suffix in (".html", ".css"):
            assert not re.search(r"https?://", text), path.name
