"""Every command and every button that the bot has, with any data that a client could send."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from handlers import registry
from handlers.menus import COMMANDS

ANYTHING = r"[\s\S]*"
"""The net below all buttons."""


def commands() -> list[str]:
    """Every command; what its other name does is the same handler's work."""
    return ["start", *(command.id for command in COMMANDS)]


def patterns() -> list[str]:
    """What the data of every button looks like, in the order in which the bot tries them."""
    return [pattern for pattern, _ in registry._BY_BUTTON]


def data_of(
    pattern: str, values: Mapping[str, Sequence[str]], *, numbers: Sequence[str]
) -> list[str]:
    """Data that fits ``pattern``: every way through it, with ``values`` for what may be anything.

    Args:
        values: for pieces of patterns such as ``([0-9a-f]{8})``, what is to be tried there.
        numbers: what is tried for any other number of more than four digits; for shorter ones 0.

    Raises:
        ValueError: the pattern has a piece that is neither spelt out nor among ``values``.
    """
    if pattern == ANYTHING:
        return ["no such button"]
    for piece, tried in values.items():
        pattern = pattern.replace(piece, f"(?:{'|'.join(map(re.escape, tried))})")
    pattern = re.sub(r"\\d\{1,[1-4]\}", "0", pattern)
    pattern = re.sub(r"\\d\{1,\d+\}", f"(?:{'|'.join(numbers)})", pattern)
    found = list(dict.fromkeys(_ways(re._parser.parse(pattern))))  # type: ignore[attr-defined]  # no public one
    for data in found:
        assert len(data.encode()) <= 64, data
    return found


def _ways(parsed: Any) -> Iterator[str]:
    """Every text that a parsed pattern of letters, choices and options stands for."""
    for parts in product(*(list(_of(kind, value)) for kind, value in parsed)):
        yield "".join(parts)


def _of(kind: Any, value: Any) -> Iterator[str]:
    match str(kind):
        case "LITERAL":
            yield chr(value)
        case "IN" if all(str(each) == "LITERAL" for each, _ in value):
            yield from (chr(letter) for _, letter in value)
        case "IN" if all(str(each) == "RANGE" for each, _ in value):
            yield from (chr(n) for _, (first, last) in value for n in range(first, last + 1))
        case "SUBPATTERN":
            yield from _ways(value[-1])
        case "BRANCH":
            for branch in value[1]:
                yield from _ways(branch)
        case "MAX_REPEAT" if value[:2] == (0, 1):
            yield ""
            yield from _ways(value[2])
        case _:
            raise ValueError(f"say in values what may stand for {kind} {value}")
