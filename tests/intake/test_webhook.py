"""The real bot gets its updates by webhook from the embedded Bot API."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select
from telegram.error import NetworkError

from bot.rehearsal.world import Webhook
from bot.store import inbox
from bot.store.tables import Inbox
from handlers.registry import ALLOWED_UPDATES
from tests import test_day
from tests.builders import TOKEN, Stage, staged
from tests.hooking import EVENING, SECRET, hooked, post

MILLION = 1_000_000


def message(number: int, chat: int, text: str) -> dict[str, Any]:
    """An update as Telegram words it."""
    person = {"id": chat, "is_bot": False, "first_name": "A"}
    place = {"id": chat, "type": "private", "first_name": "A"}
    said = {"message_id": number, "date": 1, "chat": place, "from": person, "text": text}
    if text.startswith("/"):
        length = len(text.split(maxsplit=1)[0])
        said["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return {"update_id": number, "message": said}


def body(number: int, chat: int, text: str = "/bantuan") -> bytes:
    return json.dumps(message(number, chat, text)).encode()


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - what is awaited tells nobody
            await asyncio.sleep(0.005)


def stored(stage: Stage) -> list[int]:
    """Numbers of all updates that the bot knows."""
    return stage.house.db.read_now(lambda db: list(db.exec(select(Inbox.update_id)).all()))


async def test_a_day_by_webhook_is_the_day_by_polling(tmp_path: Path) -> None:
    async with hooked(tmp_path) as (stage, _):
        story = test_day.test_a_participant_asks_is_reminded_reflects_and_hears_announcements
        await story(stage)
        assert "getUpdates" not in {call.method for call in stage.world.calls}


async def test_telegram_is_told_where_what_and_how_many(tmp_path: Path) -> None:
    async with hooked(tmp_path, webhook_max_connections=7) as (stage, url):
        await until(lambda: stage.world.bot.webhook)
        hook = stage.world.bot.webhook
        assert hook is not None
        assert (hook.url, hook.max_connections, hook.secret_token) == (url, 7, SECRET)
        assert stage.world.bot.allowed_updates == set(ALLOWED_UPDATES)


async def test_the_secret_follows_from_the_token_unless_it_is_set(tmp_path: Path) -> None:
    async with hooked(tmp_path, webhook_secret=None) as (stage, url):
        await until(lambda: stage.world.bot.webhook)
        hook = stage.world.bot.webhook
        assert hook is not None
        assert len(hook.secret_token) == 64
        assert hook.secret_token not in TOKEN
        assert await post(url, body(MILLION, 5), secret=hook.secret_token) == 200


async def test_only_who_knows_the_secret_is_let_in(tmp_path: Path) -> None:
    async with hooked(tmp_path) as (stage, url):
        before = stored(stage)
        for secret in (None, "", SECRET[:-1], f"{SECRET}x", "rahasia é".encode().decode("latin1")):
            assert await post(url, body(MILLION, 5), secret) == 403
        assert stored(stage) == before
        assert await post(url, body(MILLION, 5)) == 200
        assert await post(f"{url}/other", body(MILLION + 1, 5)) == 404
        assert MILLION in stored(stage)
        assert MILLION + 1 not in stored(stage)


async def test_what_is_no_update_is_refused_and_stops_nothing(tmp_path: Path) -> None:
    async with hooked(tmp_path) as (stage, url):
        user = await stage.user("p01")
        for broken in (
            b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"update_id": "1"}', b"{}",
            b'{"update_id": true}', b'{"update_id": -1}', b'{"update_id": 99999999999999999999}',
        ):  # fmt: skip
            assert await post(url, broken) == 400, broken[:30]
        assert await post(url, b"x" * (MILLION * 2)) == 413
        strange = {"update_id": MILLION, "message": {"chat": "?", "text": 5}}
        assert await post(url, json.dumps(strange).encode()) == 200
        assert "/jadwal" in await stage.say(user, "/bantuan")
        unhandled = select(Inbox).where(col(Inbox.body).is_not(None))
        assert not stage.house.db.read_now(lambda db: db.exec(unhandled).all())


async def test_what_the_store_cannot_take_is_repeated_by_telegram_and_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hooked(tmp_path) as (stage, url):
        user = await stage.user("p01")
        before = len(user.inbox)

        def full(*_: object, **__: object) -> set[int]:
            raise OperationalError("insert", {}, Exception("disk full"))

        with monkeypatch.context() as patch:
            patch.setattr(inbox, "put", full)
            assert await post(url, body(MILLION, 5)) == 503
            user.send_text("/bantuan")
            hook = stage.world.bot.webhook
            assert hook is not None
            await until(lambda: hook.last_error_message)
            assert "503" in str(hook.last_error_message)
        await stage.calm()
        assert len(user.inbox) == before + 1


async def test_an_update_posted_twice_is_answered_once(tmp_path: Path) -> None:
    async with hooked(tmp_path) as (stage, url):
        user = await stage.user("p01")
        before = len(user.inbox)
        together = [post(url, body(MILLION, user.id)) for _ in range(5)]
        assert await asyncio.gather(*together) == [200] * 5
        assert await post(url, body(MILLION, user.id)) == 200
        await stage.calm()
        assert len(user.inbox) == before + 1


async def test_a_port_that_is_taken_ends_the_start_with_one_sentence(tmp_path: Path) -> None:
    async with hooked(tmp_path) as (_, url):
        port = int(url.split(":")[2].partition("/")[0])
        (tmp_path / "second").mkdir()
        settings: dict[str, Any] = {"webhook_url": url, "webhook_port": port}
        async with staged(tmp_path / "second", now=EVENING, started=False, **settings) as second:
            with pytest.raises(RuntimeError, match=f"no webhook at 127.0.0.1:{port}"):
                await second.house.start()


async def test_a_bot_that_polls_takes_an_old_webhook_away_and_loses_nothing(
    tmp_path: Path,
) -> None:
    async with staged(tmp_path, now=EVENING, started=False) as stage:
        stage.world.add_user(77, "Ani").start()
        stage.world.bot.webhook = Webhook(url="http://127.0.0.1:9/gone")
        await stage.house.start()
        await until(lambda: not stage.world.bot.pending)
        assert stage.world.bot.webhook is None
        await stage.house.settle()
        assert stage.world.users[77].inbox


async def test_the_webhook_is_set_once_telegram_can_be_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.intake.webhook._FIRST_PAUSE_S", 0.01)
    async with hooked(tmp_path, started=False) as (stage, _):
        asked: list[object] = []
        bot = stage.house.application.bot
        right = type(bot).set_webhook

        async def late(self: Any, *args: Any, **kwargs: Any) -> Any:
            asked.append(args)
            if len(asked) < 3:
                raise NetworkError("down")
            return await right(self, *args, **kwargs)

        monkeypatch.setattr(type(bot), "set_webhook", late)
        await stage.house.start()
        await until(lambda: stage.world.bot.webhook)
        assert len(asked) == 3


async def test_killed_between_storing_and_handling_it_forgets_nothing(tmp_path: Path) -> None:
    async with hooked(tmp_path) as (stage, url):
        user = await stage.user("p01")
        before = len(user.inbox)
        sent = [post(url, body(MILLION + n, user.id, f"/refleksi nomor {n}")) for n in range(12)]
        assert set(await asyncio.gather(*sent)) == {200}
        await stage.restart(crash=True)
        await stage.calm()
        assert len(user.inbox) >= before + 12
        last = await stage.say(user, "/catatan")
        assert "nomor 11" in last
