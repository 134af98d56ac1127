"""``scripts/audit`` fails on a known hole, and on nothing else."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


def audit(folder: Path, answer: str) -> tuple[int, str]:
    """What the script says where its tools give this answer."""
    (folder / "scripts").mkdir()
    (folder / "requirements").mkdir()
    tools = folder / ".audit/bin"
    tools.mkdir(parents=True)
    shutil.copy(ROOT / "scripts/audit", folder / "scripts")
    for name in ("requirements/audit.lock", ".audit/lock", "requirements.lock"):
        (folder / name).write_text("")
    to_last = 'for o in "$@"; do if [ "$p" = -o ]; then f=$o; fi; p=$o; done'
    for name, text in (("cyclonedx-py", '{"components": [1, 2]}'), ("pip-audit", answer)):
        (tools / name).write_text(
            f"#!/bin/sh\np=\n{to_last}\ncat > $f <<'END'\n{text}\nEND\nexit 1\n"
        )
        (tools / name).chmod(0o755)
    (tools / "cyclonedx-py").write_text((tools / "cyclonedx-py").read_text().replace("exit 1", ""))
    (tools / "python").symlink_to(sys.executable)
    done = subprocess.run(
        ["sh", "scripts/audit"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def _package(name: str, **facts: Any) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "vulns": [], **facts}


HOLE = {"id": "PYSEC-1", "fix_versions": ["1.1"]}


@pytest.mark.parametrize(
    ("found", "status", "says"),
    [
        ([_package("a"), _package("b", vulns=[HOLE])], 1, "b 1.0: PYSEC-1, fixed in 1.1"),
        ([_package("a"), _package("b")], 0, "2 looked up, 0 not found"),
        ([{"name": "a", "skip_reason": "not found"}], 0, "were not reached"),
        (None, 0, "were not reached"),
    ],
)
def test_only_a_known_hole_is_a_failure(
    tmp_path: Path, found: list[dict[str, Any]] | None, status: int, says: str
) -> None:
    answer = "half an answ" if found is None else json.dumps({"dependencies": found})
    ended, said = audit(tmp_path, answer)
    assert says in said
    assert ended == status
    assert "2 dependencies listed" in said
