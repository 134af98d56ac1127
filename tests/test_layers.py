"""The arrows between the layers, as pyproject.toml draws them."""

import subprocess
import sys
from pathlib import Path


def test_no_import_goes_against_the_arrows() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
