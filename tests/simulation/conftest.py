"""``--seeds N``: how many events to simulate; ``--seed S``: that one alone."""

import pytest

IN_THE_SUITE = 20
UPDATES_IN_THE_SUITE = 500


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known where this folder is named: ``./mandala test tests/simulation --seeds 500``."""
    parser.addoption("--seeds", type=int, default=IN_THE_SUITE, help="events to simulate")
    parser.addoption("--updates", type=int, default=UPDATES_IN_THE_SUITE, help="to make up")
    parser.addoption("--seed", type=int, default=None, help="simulate this one alone")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each seed."""
    if "seed" not in metafunc.fixturenames:
        return
    one = metafunc.config.getoption("--seed", default=None)
    count = metafunc.config.getoption("--seeds", default=IN_THE_SUITE)
    metafunc.parametrize("seed", range(count) if one is None else [one])


@pytest.fixture
def updates(pytestconfig: pytest.Config) -> int:
    """How many updates are made up."""
    return int(pytestconfig.getoption("--updates", default=UPDATES_IN_THE_SUITE))
