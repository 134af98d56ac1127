"""Refusals with Telegram's own codes and words."""

from typing import Any


class ApiError(Exception):
    """A refusal: HTTP status, ``description``, and Telegram's ``parameters`` if there are any."""

    def __init__(
        self, code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def to_json(self) -> dict[str, Any]:
        """The answer's body."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad(words: str) -> ApiError:
    """400 Bad Request. A first capital is lowered unless an upper-case code such as
    BUTTON_DATA_INVALID follows, as the Bot API server does with TDLib's messages.
    """
    if len(words) > 1 and not (words[1] == "_" or words[1].isupper()):
        words = words[0].lower() + words[1:]
    return ApiError(400, f"Bad Request: {words}")


def forbidden(words: str) -> ApiError:
    """403 Forbidden."""
    return ApiError(403, f"Forbidden: {words}")


def too_many(retry_after: int) -> ApiError:
    """429 with the seconds to wait."""
    return ApiError(
        429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after}
    )


def migrated(chat_id: int) -> ApiError:
    """400 for a group that became a supergroup."""
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    return ApiError(400, words, {"migrate_to_chat_id": chat_id})
