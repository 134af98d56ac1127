"""Fixtures of the conversations."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.announcing import Hall, hall_of


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Three participants and two organizers at noon of the first day."""
    async with hall_of(tmp_path) as ready:
        yield ready
