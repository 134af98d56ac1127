"""Heavy work: in order, in processes of its own, while the loop goes on; failures are told."""

import asyncio
import os
import tempfile
import time
from pathlib import Path

import pytest

from bot.documents.pictures import Bars, Mark, png
from bot.documents.workshop import WorkFailedError, Workshop


async def test_it_is_another_process_and_gives_the_result() -> None:
    assert await Workshop().do(os.getpid) != os.getpid()
    assert await Workshop().do(divmod, 7, 2) == (3, 1)
    assert await Workshop().do("{x}".format, x="ž" * 200_000) == "ž" * 200_000


async def test_the_loop_goes_on_meanwhile() -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.005)
            beats += 1

    beating = asyncio.create_task(beat())
    # Python works on this for a second or so without ever letting go of its lock.
    assert await Workshop().do(pow, 3, 1_000_003, 10**4000) > 0
    beating.cancel()
    assert beats > 10, "two hundred on an idle machine, one or two if the loop were held"


async def test_no_more_at_a_time_than_allowed_and_the_rest_in_order() -> None:
    shop = Workshop(at_once=1)
    done: list[int] = []

    async def order(number: int) -> None:
        await shop.do(abs, number)
        done.append(number)

    await asyncio.gather(*(order(number) for number in range(4)))
    assert done == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("work", "argument", "kind"), [(int, "rahasia", "ValueError"), (os._exit, 3, "exit status 3")]
)
async def test_a_failure_is_told_without_anybodys_words(
    work: type, argument: object, kind: str
) -> None:
    with pytest.raises(WorkFailedError) as failed:
        await Workshop().do(work, argument)
    assert str(failed.value) == kind


async def test_what_takes_too_long_is_ended_and_the_next_gets_its_turn() -> None:
    shop = Workshop(longest_s=0.4)
    with pytest.raises(WorkFailedError, match="TimeoutError"):
        await shop.do(time.sleep, 60)
    shop._longest_s = 60
    assert await shop.do(abs, -1) == 1


async def test_nothing_is_left_behind_when_it_ends_or_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    picture = Bars("Judul", (Mark("a", 1),))
    assert (await Workshop().do(png, picture)).startswith(b"\x89PNG")
    with pytest.raises(WorkFailedError):
        await Workshop(longest_s=0.2).do(time.sleep, 60)
    assert not os.listdir(tmp_path)
