"""A finished message: Telegram HTML and its buttons, ready to send or to keep in the outbox."""

from dataclasses import dataclass
from typing import Any

MESSAGE_LIMIT = 4096
"""Characters of one message after entities parsing (Bot API, sendMessage)."""


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: `data` comes back to the bot (at most 64 bytes), `url` opens a page."""

    text: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """Message text as Telegram HTML and rows of inline buttons."""

    html: str
    buttons: tuple[tuple[Button, ...], ...] = ()

    def markup(self) -> dict[str, Any] | None:
        """The keyboard as the Bot API's InlineKeyboardMarkup object; None without buttons."""
        if not self.buttons:
            return None
        return {"inline_keyboard": [[_as_dict(b) for b in row] for row in self.buttons]}

    def payload(self, *, silent: bool = False) -> dict[str, Any]:
        """Parameters of sendMessage, chat_id left out. ``silent``: the phone makes no sound."""
        parameters: dict[str, Any] = {
            "text": self.html,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if self.buttons:
            parameters["reply_markup"] = self.markup()
        if silent:
            parameters["disable_notification"] = True
        return parameters


def _as_dict(button: Button) -> dict[str, str]:
    if button.url is not None:
        return {"text": button.text, "url": button.url}
    return {"text": button.text, "callback_data": button.data or ""}
