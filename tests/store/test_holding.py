"""One SQLite file serves one process, and a dead one is no hindrance."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.copying import CopyError, copy
from bot.store.database import Database
from bot.store.holding import Hold, InUseError, in_use

_HOLDER = """
import sys
from bot.store.holding import Hold
Hold(sys.argv[1]).take()
print("held", flush=True)
sys.stdin.read()
"""


def test_who_comes_second_is_told_who_holds_the_file_until_that_one_is_killed(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/state/mandala.db"
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, url],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as holder:  # fmt: skip
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert in_use(url)
        with pytest.raises(InUseError, match=rf"mandala\.db is in use .*process {holder.pid}\b"):
            Hold(url).take()
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        assert not in_use(url)
        with Hold(url):
            assert in_use(url)
    assert not in_use(url)


def test_what_is_held_may_be_taken_again_by_its_holder_and_given_up_twice(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/mandala.db"
    hold = Hold(url)
    hold.take()
    hold.take()
    hold.give_up()
    hold.give_up()
    assert not in_use(url)


@pytest.mark.parametrize("url", ["sqlite://", "postgresql+psycopg://u@h/n"])
def test_where_there_is_no_file_nothing_is_held(url: str) -> None:
    with Hold(url), Hold(url):
        assert not in_use(url)


@pytest.mark.sqlite
def test_a_store_that_a_bot_runs_on_is_not_copied(tmp_path: Path) -> None:
    source, target = (Database(f"sqlite:///{tmp_path}/{name}.db") for name in ("old", "new"))
    with Hold(source.url), pytest.raises(CopyError, match="in use"):
        copy(source, target)
    source.close()
    target.close()
    assert not (tmp_path / "new.db").exists()
