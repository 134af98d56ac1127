"""Fixtures for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.builders import Stage, local, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The real bot on the shipped event, on the eve of its first day, 20.00 local time."""
    async with staged(tmp_path, now=local("2025-11-03 20:00")) as ready:
        yield ready
