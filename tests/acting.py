"""What people do on a stage beyond typing and pressing what they see."""

import asyncio
from typing import Any

from bot.rehearsal.world import User
from tests.builders import Stage


async def silence(stage: Stage) -> None:
    """Until the bot has taken everything in, also where it has nothing to say to it."""
    async with asyncio.timeout(10):
        while stage.world.bot.pending:  # noqa: ASYNC110 - being taken in is no event of the world
            await asyncio.sleep(0.005)
    await stage.calm()


async def press_data(stage: Stage, user: User, data: str) -> dict[str, Any]:
    """Presses a button with any data, as a changed client could; gives the bot's answer."""
    message = user.inbox[-1] | {
        "message_id": 90_000 + len(user.messages),
        "reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": data}]]},
    }
    user.chat().messages[message["message_id"]] = message
    query = user.press(message["message_id"], data)
    await silence(stage)
    assert query.answer is not None, f"{data!r}: the phone still waits"
    return query.answer
