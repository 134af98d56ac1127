"""Fixtures for every test, and the choice of the store that they run on."""

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest

from tests import postgres, stores
from tests.builders import Stage, local, staged


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--store postgresql`` and ``--sealed``."""
    parser.addoption(
        "--store",
        choices=(stores.SQLITE, stores.POSTGRESQL),
        default=stores.SQLITE,
        help="what the tests that touch a store run on; postgresql: those tests alone",
    )
    parser.addoption(
        "--sealed", action="store_true", help="every bot on a stage seals what people write"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Names the marks and takes the choice."""
    config.addinivalue_line("markers", f"{stores.STORE}: touches a store (seen by itself)")
    for store in (stores.SQLITE, stores.POSTGRESQL):
        config.addinivalue_line("markers", f"{store}: runs on this store alone")
    stores.choose(config.getoption("--store"))
    stores.sealed = config.getoption("--sealed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the tests that run on the chosen store."""
    stores.prepare(config, items)


def pytest_sessionfinish() -> None:
    """Ends the server, if one was started."""
    postgres.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Each test has databases of its own, which go with it."""
    stores.current = item
    try:
        return (yield)
    finally:
        stores.current = None
        postgres.clear()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The real bot on the shipped event, on the eve of its first day, 20.00 local time."""
    async with staged(tmp_path, now=local("2025-11-03 20:00")) as ready:
        yield ready
