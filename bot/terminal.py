"""Asking somebody at a terminal, in the words of the catalogue."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.texts.importing import words

_Answer = TypeVar("_Answer")
Ask = Callable[[str, str], str]
"""Shows a question with a default answer (empty: none) and gives what was typed."""


@dataclass(frozen=True)
class Terminal:
    """Where a command speaks and asks.

    Attributes:
        say: prints a paragraph.
        ask: asks; None where nobody is there to answer.
    """

    say: Callable[[str], None]
    ask: Ask | None
    language: str

    def tell(self, key: str, *, zone: str = "UTC", **facts: object) -> None:
        """Prints a text of the catalogue."""
        self.say(words(key, self.language, zone=zone, **facts))

    def agrees(self, key: str) -> bool:
        """Whether somebody answers yes; no where nobody is there."""
        if self.ask is None:
            return False
        typed = self.ask(words(key, self.language), "")
        return typed.strip().casefold() in {"y", "ya", "yes"}

    def answer(self, question: str, default: str, read: Callable[[str], _Answer]) -> _Answer:
        """The answer as ``read`` makes it; asked again, with the reason, while that refuses it.

        Raises:
            ValueError: nobody is there to answer, and ``read`` refuses the default.
        """
        while True:
            typed = self.ask(question, default) if self.ask else default
            try:
                return read(typed.strip())
            except ValueError as error:
                if self.ask is None:
                    raise
                self.say(str(error))
