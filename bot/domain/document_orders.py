"""Documents that somebody asked for and that are still to be made."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class What(StrEnum):
    """Which document."""

    BOOKLET = "booklet"
    REPORT = "report"
    STATISTICS = "statistics"


FORMS = {
    What.BOOKLET: ("pdf", "docx", "zip"),
    What.REPORT: ("pdf", "docx", "xlsx", "png"),
    What.STATISTICS: ("png",),
}
"""What each can be had as."""

_PAUSES = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5))
"""Before the next attempt; the last before each further one."""
_UPLOADS = 2
"""How often a document is sent of which nobody can know whether it arrived."""
_STALE = timedelta(hours=6)
"""Nobody waits for a document that long: it is asked for again."""


@dataclass(frozen=True, slots=True)
class Order:
    """One document for one person. ``at``: when it was asked for, UTC.

    Person, document and form make it: whoever presses three times has asked once.
    """

    person_id: int
    chat_id: int
    what: What
    form: str
    language: str
    at: datetime
    attempts: int = 0
    """How often it failed."""
    uploads: int = 0
    """How often it was sent without an answer that says what became of it."""
    not_before: datetime | None = None
    """When it is tried again (UTC); None: at once."""

    @property
    def key(self) -> str:
        """What stays the same when it is asked for again."""
        return f"{self.what}:{self.form}:{self.person_id}"

    def ready(self, now: datetime) -> bool:
        """Whether its turn may come. One that would wait longer than any pause met a clock that
        was set back."""
        return self.not_before is None or not now < self.not_before <= now + _PAUSES[-1]

    def stale(self, now: datetime) -> bool:
        """Whether nobody waits for it any more."""
        return now - self.at > _STALE

    @property
    def doubtful(self) -> bool:
        """Whether it may have arrived, and was sent as often as that may be."""
        return self.uploads >= _UPLOADS

    def after_failure(self, now: datetime) -> "Order":
        """It comes again after a pause, behind those that wait less long."""
        pause = _PAUSES[min(self.attempts, len(_PAUSES) - 1)]
        return replace(self, attempts=self.attempts + 1, not_before=now + pause)
