"""Bot API 10.1 as data: what a method takes, and a check of values against its types.

The checks are compiled once per type and method. They follow Telegram in what it converts without
complaint (digits given as text for a number, a number given for text) and, in strict mode, refuse
what it silently ignores: fields that do not exist.
"""

import functools
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

Reader = Callable[[Any], Any]
"""Gives the converted value, or raises Mismatch."""


class Mismatch(Exception):  # noqa: N818 - it is told to the client, not raised to callers
    """A value does not fit; the text is what Telegram would say."""


@dataclass(frozen=True, eq=False)  # compared by identity: there is one of each
class MethodSpec:
    """One method: its exact name, types by parameter, required ones, types returned."""

    name: str
    parameters: Mapping[str, tuple[str, ...]]
    required: frozenset[str]
    returns: tuple[str, ...]


@functools.cache
def facts() -> dict[str, Any]:
    """The stored facts, as read."""
    text = (files("bot.rehearsal") / "spec" / "bot-api-10.1.json").read_text("utf-8")
    value: dict[str, Any] = json.loads(text)
    return value


@functools.cache
def methods() -> Mapping[str, MethodSpec]:
    """All methods by lower-case name."""
    found = {}
    for name, row in facts()["methods"].items():
        parameters, required = _fields(row["parameters"])
        found[name.lower()] = MethodSpec(name, parameters, required, tuple(row["returns"]))
    return found


def _fields(rows: dict[str, list[str]]) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    types = {name: tuple(one for one in row if one != "*") for name, row in rows.items()}
    return types, frozenset(name for name, row in rows.items() if row[0] == "*")


@functools.cache
def type_fields(name: str) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    """Types by field and required fields of an object type."""
    return _fields(facts()["types"][name].get("fields", {}))


def subtypes(name: str) -> tuple[str, ...]:
    """The types a union type stands for; empty for an object type."""
    return tuple(facts()["types"].get(name, {}).get("subtypes", ()))


# Names that Telegram writes differently from the type in "can't parse ...".
_SPOKEN = {
    "InlineKeyboardButton": "inline keyboard button",
    "KeyboardButton": "keyboard button",
    "ReplyParameters": "reply parameters",
}
# Objects for which Telegram takes their bare text as well.
_FROM_TEXT = ("KeyboardButton", "InputPollOption")
_LABELLED = ("InputMedia", "InlineQueryResult", "BotCommandScope", "ReactionType", "MenuButton")


def _label(name: str) -> str:
    for family in _LABELLED:
        if name.startswith(family):
            return family
    return _SPOKEN.get(name, name)


@functools.cache
def reader(types: tuple[str, ...], *, strict: bool) -> Reader:
    """A check for a value inside a JSON object that may have any of ``types``."""
    simple = [one for one in types if one in _SIMPLE]
    if len(types) == 1 and simple:
        return _SIMPLE[types[0]]
    if len(simple) == len(types):
        return _first_of(tuple(_SIMPLE[one] for one in types))
    arrays = [one.removeprefix("Array of ") for one in types if one.startswith("Array of ")]
    if len(arrays) == len(types):
        return _array(tuple(arrays), strict=strict)
    if "InputFile" in types:
        return _SIMPLE["String"]
    objects = [one for one in types if one not in _SIMPLE and one not in arrays]
    return _object_of(tuple(objects), strict=strict)


def _array(inner_types: tuple[str, ...], *, strict: bool) -> Reader:
    label = inner_types[0] if len(inner_types) == 1 else _label(inner_types[0])
    inner: Reader | None = None

    def read(value: Any) -> list[Any]:
        nonlocal inner
        if inner is None:  # made late: types refer to each other in circles
            inner = reader(inner_types, strict=strict)
        if not isinstance(value, list):
            raise Mismatch(f"Expected an Array of {label}")
        try:
            return [inner(one) for one in value]
        except _Plain:
            raise Mismatch(f"Expected an Array of {label}") from None

    return read


def _object_of(names: tuple[str, ...], *, strict: bool) -> Reader:
    candidates: list[str] = []
    for name in names:
        candidates.extend(subtypes(name) or (name,))
    if len(candidates) == 1:
        return _object(candidates[0], strict=strict)
    by_tag: dict[str, list[str]] = {}
    for name in candidates:
        by_tag.setdefault(tag_of(name), []).append(name)
    label = _label(names[0])

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise Mismatch(f"Can't parse {label}: expected an Object")
        chosen = _by_field(value, candidates)
        if chosen is None:
            tag = value.get("type", value.get("source", value.get("status")))
            if tag is None:
                raise Mismatch(f"Can't parse {label}: Can't find field \"type\"")
            if not isinstance(tag, str) or tag not in by_tag:
                raise Mismatch(f"Can't parse {label}: unsupported type specified")
            chosen = by_tag[tag]
        error: Mismatch | None = None
        for name in chosen:
            try:
                return _object(name, strict=strict)(value)
            except Mismatch as mismatch:
                error = error or mismatch
        assert error is not None
        raise error

    return read


def _by_field(value: dict[str, Any], candidates: list[str]) -> list[str] | None:
    """Reply markups (and a few others) have no ``type``: a required field gives them away."""
    if any("type" in type_fields(name)[0] for name in candidates):
        return None
    fitting = [name for name in candidates if type_fields(name)[1] & value.keys()]
    return fitting or candidates[:1]


@functools.cache
def tag_of(name: str) -> str:
    """The value of ``type`` (or ``status``) in a subtype: InputMediaPhoto -> photo."""
    special = {
        "ChatMemberOwner": "creator",
        "ChatMemberBanned": "kicked",
        "BotCommandScopeAllChatAdministrators": "all_chat_administrators",
    }
    if name in special:
        return special[name]
    for family in sorted(_families(), key=len, reverse=True):
        if name.startswith(family) and name != family:
            name = name.removeprefix(family).removeprefix("Cached")
            break
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@functools.cache
def _families() -> tuple[str, ...]:
    return tuple(name for name, row in facts()["types"].items() if row.get("subtypes"))


_OF_LIBRARIES = {("InlineKeyboardButton", "hide"), ("KeyboardButton", "hide")}
"""What a well-known library (telegraf) leaves in what it sends, for its own use."""


@functools.cache
def _object(name: str, *, strict: bool) -> Reader:
    label = _label(name)
    types, required = type_fields(name)
    readers: dict[str, Reader] = {}

    def read(value: Any) -> dict[str, Any]:
        if not readers:
            readers.update({field: reader(row, strict=strict) for field, row in types.items()})
        if isinstance(value, str) and name in _FROM_TEXT:
            value = {"text": value}
        if not isinstance(value, dict):
            raise Mismatch(f"Can't parse {label}: expected an Object")
        result: dict[str, Any] = {}
        for field, one in value.items():
            read_field = readers.get(field)
            if read_field is None:
                if strict and (name, field) not in _OF_LIBRARIES:
                    raise Mismatch(f'Can\'t parse {label}: unknown field "{field}"')
            elif one is not None or field in required:
                try:
                    result[field] = read_field(one)
                except _Plain as mismatch:
                    words = f'Field "{field}" must be {mismatch}'
                    raise Mismatch(f"Can't parse {label}: {words}") from None
        for field in required:
            if field not in result:
                raise Mismatch(f"Can't parse {label}: Can't find field \"{field}\"")
        return result

    return read


class _Plain(Mismatch):
    """A number, text or truth value does not fit; whoever holds the field names it."""


def _read_integer(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,19}\s*", value):
        return int(value)
    raise _Plain("a valid Number" if isinstance(value, str) else "of type Number")


def _read_float(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            pass
    raise _Plain("of type Number")


def _read_string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise _Plain("of type String")


def _read_boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise _Plain("of type Boolean")


_SIMPLE: dict[str, Reader] = {
    "Integer": _read_integer,
    "Float": _read_float,
    "String": _read_string,
    "Boolean": _read_boolean,
    "InputFile": _read_string,
}


def _first_of(readers: tuple[Reader, ...]) -> Reader:
    def read(value: Any) -> Any:
        for one in readers[:-1]:
            try:
                return one(value)
            except Mismatch:
                continue
        return readers[-1](value)

    return read


def problems(value: Any, types: tuple[str, ...]) -> list[str]:
    """What is wrong with an answer of one of ``types``; empty if nothing. Always strict."""
    try:
        converted = reader(types, strict=True)(value)
    except Mismatch as mismatch:
        return [str(mismatch)]
    return [] if converted == value else [f"a value had to be converted: {value!r}"]
