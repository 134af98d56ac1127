"""What a reader finds: drafts of sessions as the file has them, and notes on what is odd."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.agenda import Material
from bot.store.findings import Findings, first

_NAMED = 5
YEARS = range(1970, 2200)
"""As in agenda.yaml; a date outside of them is a mistake."""


@dataclass(slots=True)
class Draft:
    """One session before it is known to be sound.

    Attributes:
        start: naive: wall time of the event; aware: the instant.
        end: the same; None where only ``duration`` is known, or nothing.
        own_id: the id that the file itself gives; empty: none.
        kind_words: what the file says about the sort of session, such as ``lecture``.
        line: line of the file or row of the sheet.
        wall: what a clock on the wall shows at ``start`` where the file says so beside an instant.
    """

    title: str
    start: datetime
    end: datetime | None = None
    duration: timedelta | None = None
    own_id: str = ""
    kind_words: tuple[str, ...] = ()
    room: str = ""
    speakers: tuple[str, ...] = ()
    description: str = ""
    dress: str = ""
    bring: str = ""
    materials: tuple[Material, ...] = ()
    line: int | None = None
    wall: datetime | None = None

    def __str__(self) -> str:
        return self.title if self.line is None else f"{self.title} [{self.line}]"


@dataclass(slots=True)
class Found:
    """A whole schedule as drafts; empty texts where the file is silent.

    Attributes:
        zone: IANA name of the zone of its times, if the file names one that exists.
    """

    drafts: list[Draft] = field(default_factory=list)
    name: str = ""
    short_name: str = ""
    place: str = ""
    organizer: str = ""
    zone: str | None = None


class Notes:
    """Findings of an import: one problem for all sessions with which the same thing is odd."""

    def __init__(self, file: str) -> None:
        self.findings = Findings(file)
        self._same: dict[tuple[str, tuple[tuple[str, object], ...]], list[str]] = {}
        self._skipped: set[str] = set()

    def error(self, code: str, line: int | None = None, **facts: object) -> None:
        """The file cannot be imported."""
        self.findings.error(f"import_{code}", line, **facts)

    def warn(self, code: str, line: int | None = None, **facts: object) -> None:
        """Worth telling by itself."""
        self.findings.warn(f"import_{code}", line, **facts)

    def of(self, code: str, what: object, **facts: object) -> None:
        """``what`` (a title, a draft) is one of those of which ``code`` tells."""
        self._same.setdefault((code, tuple(sorted(facts.items()))), []).append(str(what)[:60])

    def skip(self, field: str) -> None:
        """A field of the file with something in it for which a session has no place."""
        self._skipped.add(field[:30])

    def settle(self) -> None:
        """Turns what was noted with ``of`` into problems, each with its count and a few names."""
        for (code, facts), names in self._same.items():
            told = {**dict(facts), "count": len(names), "names": first(names, limit=_NAMED)}
            self.findings.warn(f"import_{code}", None, **told)
        self._same.clear()
        if self._skipped:
            self.findings.warn(
                "import_left_out", None, fields=", ".join(sorted(self._skipped)[:20])
            )
        self._skipped.clear()

    @property
    def failed(self) -> bool:
        """Whether any error was found."""
        return self.findings.failed


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """The texts that are not empty, each once, in their order."""
    return tuple(dict.fromkeys(item for item in items if item))
