"""Who may read a note."""

from enum import StrEnum


class Sharing(StrEnum):
    """How far a note goes. Without a name it leaves its writer: see ``store.tables``."""

    PRIVATE = "private"
    NAMED = "named"


FEWEST_ANSWERS = 5
"""No breakdown is shown under this many answers: fewer would point at persons."""
