"""Collects problems while a file is read, so that all of them are told at once."""

from collections.abc import Iterable
from pathlib import Path

from bot.domain.problems import Problem, Severity

MAX_BYTES = 5 * 1024 * 1024
"""A larger event file or roster is a mistake; 1,000 sessions take about 400 kB."""


class Findings:
    """The problems of one file. In lenient reading, rules of good order only warn."""

    def __init__(self, file: str, *, lenient: bool = False) -> None:
        self.file = file
        self.lenient = lenient
        self._found: list[Problem] = []

    def error(self, code: str, line: int | None = None, **facts: object) -> None:
        """The file cannot be loaded."""
        self._found.append(Problem(code, self.file, line, Severity.ERROR, facts))

    def warn(self, code: str, line: int | None = None, **facts: object) -> None:
        """Worth telling; the file is loaded all the same."""
        self._found.append(Problem(code, self.file, line, Severity.WARNING, facts))

    def order(self, code: str, line: int | None = None, **facts: object) -> None:
        """A rule of good order is broken: an error, or a warning in lenient reading."""
        (self.warn if self.lenient else self.error)(code, line, **facts)

    def __len__(self) -> int:
        return len(self._found)

    @property
    def failed(self) -> bool:
        """Whether any error was found."""
        return any(p.is_error for p in self._found)

    def sorted(self) -> tuple[Problem, ...]:
        """All problems, by line; those of the whole file first."""
        return tuple(sorted(self._found, key=lambda p: p.line or 0))


def read_bytes(path: Path, findings: Findings, *, limit: int = MAX_BYTES) -> bytes | None:
    """The file's content, or None after noting why it cannot be read; ``limit`` is in bytes."""
    try:
        if path.stat().st_size > limit:
            findings.error("too_big", megabytes=limit // 1024**2)
            return None
        return path.read_bytes()
    except FileNotFoundError:
        findings.error("no_file", path=str(path))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        findings.error("unreadable", reason=getattr(error, "strerror", None) or str(error))
    return None


def bad_character(text: str) -> str | None:
    """The first character that no message and no database takes, as ``U+0007``; None if fine."""
    for character in text:
        control = character < " " and character not in "\t\n\r"
        if control or character == "\x7f" or "\ud800" <= character <= "\udfff":
            return f"U+{ord(character):04X}"
    return None


def first(names: Iterable[str], *, limit: int = 3) -> str:
    """A few of the names, for a message that must stay short."""
    listed = list(names)
    return ", ".join(listed[:limit]) + (" …" if len(listed) > limit else "")
