"""A call's parameters: from any of Telegram's four ways to send them to checked values."""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.rehearsal.api.errors import ApiError, bad
from bot.rehearsal.api.legacy import modernised
from bot.rehearsal.api.spec import MethodSpec, Mismatch, reader


@dataclass(frozen=True)
class Upload:
    """A file that came in the request."""

    data: bytes
    name: str
    mime: str


Raw = dict[str, Any]
"""Parameters as they came: text (or an Upload) from a form, any JSON value from a JSON body."""


async def raw_parameters(request: web.Request) -> Raw:
    """All parameters of a request: query string first, the body over it.

    Raises:
        ApiError: a body that cannot be read.
    """
    raw: Raw = dict(request.query) if request.query_string else {}
    if request.method == "GET" or not request.can_read_body:
        return raw
    kind = request.content_type
    if kind == "application/x-www-form-urlencoded":
        body = (await request.read()).decode("utf-8", "replace")
        raw.update(parse_qsl(body, keep_blank_values=True))
    elif kind == "application/json":
        raw.update(_json_body(await request.read()))
    elif kind == "multipart/form-data":
        for name, part in (await request.post()).items():
            raw[name] = part if isinstance(part, str) else _upload(part)
    elif await request.read():
        raise bad("unsupported content type of the request")
    return raw


def _json_body(body: bytes) -> Raw:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except ValueError:
        raise ApiError(400, "Bad Request: can't parse JSON object in the request body") from None
    if not isinstance(value, dict):
        raise ApiError(400, "Bad Request: request body must be a JSON object")
    return value


def _upload(part: Any) -> Upload:
    if isinstance(part, web.FileField):
        return Upload(part.file.read(), part.filename, part.content_type)
    return Upload(bytes(part), "file", "application/octet-stream")


Checker = Callable[[Raw], tuple[dict[str, Any], dict[str, Upload]]]


@functools.cache
def checker(spec: MethodSpec, *, strict: bool) -> Checker:
    """The check of a method's parameters, compiled once.

    It gives the converted parameters and the uploads by name of their part, and raises ApiError
    on unknown parameters (strict) and wrong types. Missing ones are refused by ``missing``.
    """
    readers = {
        name: _reader(name, types, strict=strict) for name, types in spec.parameters.items()
    }

    def check(raw: Raw) -> tuple[dict[str, Any], dict[str, Upload]]:
        params: dict[str, Any] = {}
        uploads: dict[str, Upload] = {}
        unknown: list[str] = []
        for name, value in modernised(spec, raw).items():
            read = readers.get(name)
            if isinstance(value, Upload):
                uploads[name] = value
                if read is not None:
                    params[name] = f"attach://{name}"
            elif read is None:
                if name != "method":  # named once more in telegraf's forms
                    unknown.append(name)
            elif value is not None and value != "":
                params[name] = read(value)
        if unknown and strict:
            raise bad(f'unknown parameter "{unknown[0]}"')
        for name in spec.required:
            if name not in params:
                raise _missing(spec.name, name)
        return params, uploads

    return check


def _reader(name: str, types: tuple[str, ...], *, strict: bool) -> Callable[[Any], Any]:
    if types == ("Boolean",):
        return functools.partial(_boolean, name)
    if all(one in ("Integer", "Float", "String", "InputFile") for one in types):
        check = reader(types, strict=strict)
        return functools.partial(_simple, name, types, check)
    return functools.partial(_structure, name, reader(types, strict=strict))


def _boolean(name: str, value: Any) -> bool:
    # to_bool of the Bot API server takes these words and reads anything else as false; a bot that
    # sends anything else is mistaken, so it is told.
    word = str(value).strip().lower()
    if word in ("true", "yes", "1"):
        return True
    if word in ("false", "no", "0"):
        return False
    raise bad(f'parameter "{name}" must be of type Boolean')


def _simple(name: str, types: tuple[str, ...], check: Callable[[Any], Any], value: Any) -> Any:
    try:
        return check(value)
    except Mismatch:
        if name in ("user_id", "sender_chat_id"):
            raise bad(f"invalid {name} specified") from None
        expected = " or ".join(one for one in types if one != "InputFile")
        raise bad(f'parameter "{name}" must be of type {expected}') from None


_SPOKEN = {"reply_markup": "reply keyboard markup", "media": "input media"}
_NOT_OBJECT = {"reply_markup": "object expected as reply markup"}


def _structure(name: str, check: Callable[[Any], Any], value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            spoken = _SPOKEN.get(name, name.replace("_", " "))
            raise bad(f"can't parse {spoken} JSON object") from None
    if name in _NOT_OBJECT and not isinstance(value, dict):
        raise bad(_NOT_OBJECT[name])
    try:
        return check(value)
    except Mismatch as mismatch:
        raise bad(str(mismatch)) from None


_MISSING: Mapping[str, str] = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "user_id": "invalid user_id specified",
    "file_id": "file_id not specified",
    "action": "wrong parameter action in request",
    "latitude": "latitude is empty",
    "longitude": "longitude is empty",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    **{
        kind: f"there is no {kind.replace('_', ' ')} in the request"
        for kind in (
            "photo", "audio", "document", "video", "animation", "voice", "video_note", "sticker",
        )
    },
}  # fmt: skip


def _missing(method: str, name: str) -> ApiError:
    if method == "sendChatAction" or name in _MISSING:
        return bad(_MISSING[name])
    return bad(f'parameter "{name}" is required')
