"""Parameters of older Bot API versions that Telegram still takes, turned into today's.

Libraries go on sending them for years; a server that any library can be tried on must know them.
"""

from typing import Any

from bot.rehearsal.api.spec import MethodSpec


def modernised(spec: MethodSpec, raw: dict[str, Any]) -> dict[str, Any]:
    """``raw`` with today's names; the same object if nothing in it is old."""
    old = [name for name in _OLD if name in raw and name not in spec.parameters]
    if not old:
        return raw
    fresh = {name: value for name, value in raw.items() if name not in old}
    for name in old:
        target, convert = _OLD[name]
        if target not in spec.parameters:
            fresh[name] = raw[name]  # unknown to this method: left for the check to refuse
        elif target not in fresh and raw[name] not in (None, ""):
            value = convert(raw)
            if value is not None:
                fresh[target] = value
    return fresh


def _true(value: Any) -> bool:
    return str(value).strip().lower() in ("true", "yes", "1")


def _reply(raw: dict[str, Any]) -> dict[str, Any] | None:
    if "reply_to_message_id" not in raw or str(raw["reply_to_message_id"]) == "0":
        return None
    lenient = _true(raw.get("allow_sending_without_reply"))
    return {
        "message_id": raw["reply_to_message_id"],
        "allow_sending_without_reply": lenient,
    }


_OLD: dict[str, tuple[str, Any]] = {
    "reply_to_message_id": ("reply_parameters", _reply),
    "allow_sending_without_reply": ("reply_parameters", _reply),
    "disable_web_page_preview": (
        "link_preview_options",
        lambda raw: {"is_disabled": _true(raw["disable_web_page_preview"])},
    ),
    "correct_option_id": ("correct_option_ids", lambda raw: [raw["correct_option_id"]]),
    "thumb": ("thumbnail", lambda raw: raw["thumb"]),
}
