"""Everything that a process ever wrote is searched for the token and the other secrets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.rehearsal.world import Fault
from bot.store.tables import Inbox, Outbox
from tests.builders import NOTES_KEY, TOKEN
from tests.test_process import SECRET, Ground, _ground, write_event

INVITE = "secret-of-the-invites-0123456789"
PROXY = "hush-hush-hush"
SECRETS = (TOKEN, SECRET, INVITE, NOTES_KEY, PROXY)


def written(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


def unhandled(ground: Ground) -> list[int]:
    return ground.read(select(Inbox.update_id).where(col(Inbox.body).is_not(None)))


@pytest.mark.sqlite  # what lies on the disk is ours to search
async def test_no_secret_is_in_anything_that_a_process_ever_wrote(tmp_path: Path) -> None:
    write_event(tmp_path, datetime.now(UTC) + timedelta(minutes=14))
    async with _ground(tmp_path) as ground:
        users, faults = ground.joined(), ground.world.faults
        quotes = f"Bad Request: bot{TOKEN}/sendMessage is not liked"
        fault = faults.add(Fault("400", method="sendMessage", description=quotes))
        settings = {
            "INVITE_SECRET": INVITE,
            "NOTES_KEY": NOTES_KEY,
            "LOG_LEVEL": "DEBUG",
        }
        process = await ground.start(ready=True, **settings)
        await ground.until(lambda: fault.struck > 0)
        for kind in ("502", "malformed", "reset_before", "reset_after", "429"):
            faults.add(Fault(kind, method="sendMessage"))
            faults.add(Fault(kind, method="getUpdates"))
        for user in users:
            user.send_text(f"/refleksi rahasia {user.id}")
            user.send_text("/start 1-abc")
            user.send_photo(b"x")
        await ground.until(lambda: not ground.world.bot.pending and not unhandled(ground))
        assert (await process.stop())[0] == 0
        failing = await ground.start(
            ready=False, LOG_FORMAT="json", PROXY_URL=f"http://me:{PROXY}@127.0.0.1:9", **settings
        )
        await ground.until(lambda: "not reached" in failing.said)
        await failing.kill()
        said = [process.said, failing.said]
        errors = ground.read(select(Outbox.error).where(col(Outbox.error).is_not(None)))
        assert any("is not liked" in error for error in errors)
        for secret in SECRETS:
            assert not any(secret in text for text in (*said, *errors)), "in the log or the outbox"
            for name, content in written(tmp_path):
                assert secret.encode() not in content, name
