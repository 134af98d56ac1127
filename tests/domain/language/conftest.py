"""The shipped agenda and a moment of its first day."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.agenda import Agenda
from bot.store.agenda_file import read_agenda

_ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def magelang() -> Agenda:
    return read_agenda(_ROOT / "data" / "mandala-magelang")


@pytest.fixture(scope="session")
def first_morning() -> datetime:
    """Tuesday 4 November 2025, 09.30 local time."""
    return datetime(2025, 11, 4, 2, 30, tzinfo=UTC)
