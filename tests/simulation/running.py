"""One history from beginning to end, with the promises looked at after every move."""

import logging
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from tests.simulation.checks import broken
from tests.simulation.ground import Ground, ground, later
from tests.simulation.model import Model
from tests.simulation.moves import Acting
from tests.simulation.plan import Move


@dataclass(frozen=True)
class Broken:
    """What was wrong after the move at ``place``."""

    place: int
    promises: tuple[str, ...]


class Complaints(logging.Handler):
    """Errors that the bot logged and that no fault explains."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps what is a mistake of ours."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None or isinstance(error, SQLAlchemyError):
            return
        if record.name.startswith("telegram."):  # what could not be read; quiet outside of tests
            return
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        self.found.append(f"{record.getMessage()}: {error!r}\n{trace}")


async def run(moves: Sequence[Move], seed: int) -> Broken | None:
    """Acts the moves out; the first promise broken ends it."""
    random.seed(seed)  # the courier draws its pauses from the common generator
    complaints = Complaints()
    root = logging.getLogger()
    root.addHandler(complaints)
    try:
        with tempfile.TemporaryDirectory(prefix="simulation") as folder:
            async with ground(Path(folder)) as stage:
                return await _run(stage, moves, complaints)
    finally:
        root.removeHandler(complaints)


async def _run(stage: Ground, moves: Sequence[Move], complaints: Complaints) -> Broken | None:
    model = Model(stage)
    acting = Acting(stage, model)
    stage.world.subscribe(model.watch)
    before = await stage.snapshot()
    for place, move in enumerate(moves):
        stage.moment = model.step = place
        model.before, model.agendas = before, [stage.house.desk.agenda]
        alone = await acting.act(move)
        now = await stage.snapshot()
        model.before = before
        promises = broken(model, now, alone=alone)
        promises += [f"the bot complains: {words}" for words in _ours(stage, complaints)]
        if now.unhandled:
            promises.append(f"{now.unhandled} updates are stuck in the inbox")
        if promises:
            return Broken(place, tuple(promises))
        before = now
    return await _ending(stage, model, len(moves))


async def _ending(stage: Ground, model: Model, place: int) -> Broken | None:
    """Once all faults are gone and an hour has passed, nothing waits any more."""
    stage.world.faults.clear()
    stage.guillotine.left = None
    stage.moment = model.step = place
    model.before, model.agendas = await stage.snapshot(), [stage.house.desk.agenda]
    await stage.step(later(stage.clock.instant, 3600))
    now = await stage.snapshot()
    promises = broken(model, now, alone=True)
    at = stage.clock.instant
    promises += [
        f"{row.key} still waits, {row.status}"
        for row in now.rows.values()
        if row.status == "sending" or (row.status == "pending" and row.ready_at <= at)
    ]
    return Broken(place, tuple(promises)) if promises else None


def _ours(stage: Ground, complaints: Complaints) -> list[str]:
    """A refusal that was made on purpose is no mistake."""
    found = [one for one in complaints.found if "ade up by the simulation" not in one]
    complaints.found.clear()
    return found
