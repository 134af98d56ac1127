"""Keyboards under and instead of the text field, checked as Telegram does."""

import json
import re

from bot.rehearsal.api.errors import bad
from bot.rehearsal.api.text.builder import checked_url
from bot.rehearsal.world import Json

MAX_INLINE_BUTTONS = 100
MAX_REPLY_BUTTONS = 300
MAX_BYTES = 10_000
MAX_CALLBACK_DATA = 64

_ACTIONS = (
    "url", "callback_data", "callback_game", "pay", "switch_inline_query", "copy_text",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "login_url", "web_app",
)  # fmt: skip


def checked_markup(markup: Json | None, *, inline_only: bool = False) -> Json | None:
    """The markup as stored; None where Telegram takes an empty one as none.

    Raises:
        ApiError: too many buttons, data over 64 bytes, a button that does nothing, ...
    """
    if markup is None:
        return None
    if "inline_keyboard" in markup:
        rows = [[_inline(button) for button in row] for row in markup["inline_keyboard"]]
        rows = [row for row in rows if row]
        if not rows:
            return None
        _limit(rows, MAX_INLINE_BUTTONS)
        return {"inline_keyboard": rows}
    if inline_only:
        raise bad("inline keyboard expected")
    if "keyboard" in markup:
        return _reply_keyboard(markup)
    return markup


def _limit(rows: list[list[Json]], most: int) -> None:
    if sum(map(len, rows)) > most:
        raise bad("reply markup is too long")
    if sum(map(len, rows)) > 20 and len(json.dumps(rows, ensure_ascii=False).encode()) > MAX_BYTES:
        raise bad("reply markup is too long")


def _inline(button: Json) -> Json:
    if not button["text"].strip():
        raise bad("inline keyboard button text must be non-empty")
    if button.get("style", "primary") not in ("primary", "danger", "success"):
        raise bad("can't parse inline keyboard button: invalid button style specified")
    actions = [name for name in _ACTIONS if button.get(name) not in (None, "")]
    actions += [name for name in button if name.startswith("switch") and button[name] == ""]
    if not actions:
        raise bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    data = button.get("callback_data")
    if data is not None and len(data.encode()) > MAX_CALLBACK_DATA:
        raise bad("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url and not checked_url(url) and not re.fullmatch(r"tg://user\?id=\d+", url):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    web_app = button.get("web_app")
    if web_app and not web_app["url"].startswith("https://"):
        raise bad(
            f"inline keyboard button Web App URL '{web_app['url']}' is invalid: "
            "Only HTTPS links are allowed"
        )
    return button


def _reply_keyboard(markup: Json) -> Json | None:
    rows = [row for row in markup["keyboard"] if row]
    if not rows:
        return None
    for row in rows:
        for button in row:
            if not button["text"].strip():
                raise bad("keyboard button text must be non-empty")
    _limit(rows, MAX_REPLY_BUTTONS)
    return markup | {"keyboard": rows}
