"""Heavy work in a process of its own: the bot's loop stays free, and the memory goes back.

Work is a plain function of an importable module with values that can be pickled, and gives such a
value. Each piece gets a new process; at most so many run at a time, the rest wait in order.
"""

import asyncio
import contextlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


_ROOT = Path(__file__).resolve().parents[2]
_BEGIN = """
import sys, tempfile
sys.path.insert(0, sys.argv[1])
tempfile.tempdir = sys.argv[2]
from bot.documents.workshop import main
main()
"""
_LONGEST_S = 120.0
_NICE = 5
"""How far the work steps back for the bot (Unix)."""


class WorkFailedError(Exception):
    """The work ended without a result; the message is what kind of error it was."""


class Workshop:
    """Does pieces of work in processes of their own, a few at a time, first come first served."""

    def __init__(self, at_once: int = 1, *, longest_s: float = _LONGEST_S) -> None:
        self._benches = asyncio.Semaphore(at_once)
        self._longest_s = longest_s

    async def do(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of ``work``.

        Raises:
            WorkFailedError: it raised, was killed, or took too long.
        """
        order = await asyncio.to_thread(pickle.dumps, (work, args, kwargs))
        async with self._benches:
            answer = await self._in_a_process(order)
        ok, value = await asyncio.to_thread(pickle.loads, answer)
        if not ok:
            raise WorkFailedError(value)
        result: T = value
        return result

    async def _in_a_process(self, order: bytes) -> bytes:
        # Whatever the process leaves behind lies in a folder that goes with it.
        with tempfile.TemporaryDirectory(prefix="mandala-work-") as folder:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-c",
                _BEGIN,
                str(_ROOT),
                folder,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                async with asyncio.timeout(self._longest_s):
                    answer, _ = await process.communicate(order)
            except TimeoutError:
                raise WorkFailedError("TimeoutError") from None
            finally:
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        process.kill()
                    await process.wait()
        if process.returncode or not answer:
            raise WorkFailedError(f"exit status {process.returncode}")
        return answer


def main() -> None:
    """The other process: one order from standard input, one answer to standard output."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    answer = sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing that a library prints may get into the answer
    work, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301  # comes from our own process
    result: tuple[bool, Any]
    try:
        result = True, work(*args, **kwargs)
    except Exception as error:  # only its kind leaves: the words may quote somebody's note
        result = False, type(error).__name__
    pickle.dump(result, answer)
    answer.flush()
