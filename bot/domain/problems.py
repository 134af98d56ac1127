"""What is wrong in a file of the event folder, as facts; `bot/texts` turns it into words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps the whole file from being loaded; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: ``code`` names the text that explains it, ``facts`` are that text's variables.

    ``line`` counts from 1 (in a spreadsheet: the row); None concerns the whole file. Instants
    among the facts are aware UTC; a fact ``zone`` says in which zone to show them.
    """

    code: str
    file: str
    line: int | None = None
    severity: Severity = Severity.ERROR
    facts: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def is_error(self) -> bool:
        """Whether it keeps the file from being loaded."""
        return self.severity is Severity.ERROR


class ProblemsError(ValueError):
    """A file cannot be loaded. ``problems`` holds every finding, warnings too, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.file}:{p.line or 0}: {p.code}" for p in self.problems))
