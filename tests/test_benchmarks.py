"""Every benchmark can be called by its name with options; its figures are no test's business."""

import ast
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
MAINS = {
    path.stem: function
    for path in sorted(FOLDER.glob("*.py"))
    for function in ast.parse(path.read_text(encoding="utf-8")).body
    if isinstance(function, ast.FunctionDef) and function.name == "main"
}


def test_there_are_benchmarks() -> None:
    assert {"answers", "delivery", "headless", "language", "startup"} <= MAINS.keys()


@pytest.mark.parametrize("name", MAINS)
def test_a_benchmark_takes_its_options(name: str) -> None:
    assert len(MAINS[name].args.args) == 1
