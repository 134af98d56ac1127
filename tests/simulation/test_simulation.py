"""Events from seeds: whatever people do and whatever fails, the promises are kept."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import reminders
from bot.services import waves, writing
from bot.store.tables import NoteMessage
from tests.simulation.plan import Move, history
from tests.simulation.running import run
from tests.simulation.shrinking import shortest

_SHRINKING_S = 120.0
pytestmark = pytest.mark.sqlite


async def test_an_event_keeps_every_promise(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    moves = history(seed)
    found = await run(moves, seed)
    if found is None:
        return
    kind = found.promises[0][:12]

    async def fails(shorter: Sequence[Move]) -> bool:
        again = await run(shorter, seed)
        return again is not None and any(one.startswith(kind) for one in again.promises)

    short = await shortest(moves[: found.place + 1], fails, seconds=_SHRINKING_S)
    again = await run(short, seed)
    lines = ["", *(str(move) for move in short), *(again or found).promises]
    lines.append(f"again: ./mandala test tests/simulation --seed {seed}")
    pytest.fail("\n".join(lines), pytrace=False)


def _moves(*names: str) -> list[Move]:
    return [Move(name, "p1", (0, 0, 0), number) for number, name in enumerate(names)]


async def test_a_note_that_is_acknowledged_and_lost_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep = writing.keep

    def forgetful(db: Any, *args: Any, **kwargs: Any) -> Any:
        kept = keep(db, *args, **kwargs)
        db.delete(db.get(NoteMessage, kwargs["piece"].source))
        return kept

    monkeypatch.setattr(writing, "keep", forgetful)
    found = await run(_moves("join", "note"), 1)
    assert found is not None
    assert "is not in the store" in found.promises[0]


async def test_a_reminder_that_comes_early_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    due = reminders.due

    def hasty(agenda: Any, subscribers: Any, **kwargs: Any) -> Any:
        almost = agenda.sessions[0].start - timedelta(minutes=10)
        kwargs["now"] = max(kwargs["now"], almost)
        return due(agenda, subscribers, **kwargs)

    monkeypatch.setattr(waves, "due", hasty)
    found = await run(_moves("join", "wait"), 1)
    assert found is not None
    assert any("is early" in one or "before it was due" in one for one in found.promises)


async def test_the_shortest_history_that_fails_is_found() -> None:
    moves = _moves(*(["ask"] * 7), "join", *(["ask"] * 9), "note", "ask")

    async def fails(shorter: Sequence[Move]) -> bool:
        names = [move.name for move in shorter]
        return "note" in names and "join" in names[: names.index("note")]

    found = await shortest(moves, fails, seconds=5)
    assert [move.name for move in found] == ["join", "note"]
