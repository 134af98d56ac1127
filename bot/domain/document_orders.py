"""Documents that somebody asked for and that are still to be made."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class What(StrEnum):
    """Which document."""

    BOOKLET = "booklet"
    REPORT = "report"


FORMS = {
    What.BOOKLET: ("pdf", "docx", "zip"),
    What.REPORT: ("pdf", "docx", "xlsx", "png"),
}
"""What each can be had as."""


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

    @property
    def key(self) -> str:
        """What stays the same when it is asked for again."""
        return f"{self.what}:{self.form}:{self.person_id}"
