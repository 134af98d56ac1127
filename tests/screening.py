"""A stage with a page for the projector."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.rehearsal.world import User
from tests.builders import Stage, local, plain, staged


@asynccontextmanager
async def screened(tmp_path: Path) -> AsyncIterator[tuple[Stage, User, str]]:
    """The first morning, 07.35, with the attendance of what begins at 07.30 open; the link."""
    async with staged(tmp_path, now=local("2025-11-04 07:35"), web_port=0) as stage:
        organizer = await stage.user("o1")
        await stage.say(organizer, "/presensi")
        await stage.press(organizer, "07.30")
        await stage.press(organizer, "Buka presensi")
        words = plain(await stage.press(organizer, "Layar"))
        found = re.search(r"http://\S+", words)
        assert found is not None
        yield stage, organizer, found[0].replace("&amp;", "&")
