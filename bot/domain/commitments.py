"""What people undertake to do after the event, and what is asked about it while it is written."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """How a commitment stands."""

    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self in (Standing.NOT_BEGUN, Standing.UNDER_WAY)


class Part(StrEnum):
    """What is asked about a commitment, in this order; button data holds the first letters."""

    WHAT = "what"
    PARTNER = "partner"
    DUE = "due"
    STEP = "step"
    GOAL = "goal"


LIMITS = {Part.WHAT: 1000, Part.PARTNER: 200, Part.STEP: 500}
"""Characters of what people write; all of it together fits into one message."""
REMARK_LIMIT = 500
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A commitment as it is written or changed. None: not asked yet; empty: passed over."""

    key: str
    what: str
    partner: str | None = None
    due_on: date | None = None
    first_step: str | None = None
    goal_id: str | None = None

    def missing(self, *, goals: bool) -> Part | None:
        """What to ask next; None if nothing is left. ``goals``: whether there are any."""
        said = {
            Part.PARTNER: self.partner,
            Part.DUE: self.due_on,
            Part.STEP: self.first_step,
            Part.GOAL: self.goal_id if goals else "",
        }
        return next((part for part, value in said.items() if value is None), None)
