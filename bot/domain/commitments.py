"""What people undertake to do after the event."""

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
