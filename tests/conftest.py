"""Fixtures for every test, and the choice of the store that they run on."""

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest

from tests import postgres, stores
from tests.builders import Stage, local, staged

_HERE = Path(__file__).parent
_UNCOUNTED = (
    "delivery/test_faults.py",
    "delivery/test_killed.py",
    "delivery/test_pacer.py",
    "domain/language/test_any_text.py",
    "domain/language/test_development_set.py",
    "rehearsal/page/",
    "rehearsal/test_api_robust.py",
    "rehearsal/test_headless.py",
    "screens/test_page.py",
    "simulation/",
    "test_killed_notes.py",
    "test_note_privacy.py",
    "test_process.py",
    "texts/test_catalogue.py",
)
"""Tests that go the same way many times or wait for other programs. Counting their lines would
double what they take, and each line that they run is run by shorter tests, too."""


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
    parser.addoption(
        "--kills", type=int, default=2, help="how often a process of a cluster is killed"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Names the marks and takes the choice."""
    config.addinivalue_line("markers", f"{stores.STORE}: touches a store (seen by itself)")
    for store in (stores.SQLITE, stores.POSTGRESQL):
        config.addinivalue_line("markers", f"{store}: runs on this store alone")
    stores.choose(config.getoption("--store"))
    stores.sealed = config.getoption("--sealed")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves the tests that run on the chosen store; the long ones run at full speed."""
    stores.prepare(config, items)
    for item in items:
        if item.path.relative_to(_HERE).as_posix().startswith(_UNCOUNTED):
            item.add_marker("no_cover")


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
def kills(pytestconfig: pytest.Config) -> int:
    """How often a process of a cluster is killed."""
    return int(pytestconfig.getoption("--kills"))


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The real bot on the shipped event, on the eve of its first day, 20.00 local time."""
    async with staged(tmp_path, now=local("2025-11-03 20:00")) as ready:
        yield ready
