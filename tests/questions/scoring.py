"""Puts the development set to the bot and judges the answers.

A line of a ``*.jsonl`` file is a question: when it was asked (local time), in which dialogue, in
what style, and what to expect of the answer: its kind (``none`` for whatever gives no schedule,
``any`` where asking back is as good), the sessions or the ``first`` of them, fields, choices.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.ask import Dialogues, as_json_value, instant
from bot.domain.answers import answer
from bot.domain.language import understand
from tests.questions.agendas import agenda

AGENDAS = (
    "magelang",
    "orientation",
    "congress",
    "camp",
    "conference",
    "health",
    "village",
    "training",
    "library",
    "hospital",
    "youth",
    "sports",
    "digital",
    "auditors",
    "kades",
)
_HERE = Path(__file__).parent


class Verdict(StrEnum):
    """How an answer was: ``asked`` back, or ``silent`` where there was something to say."""

    RIGHT = "right"
    WRONG = "wrong"
    ASKED = "asked"
    SILENT = "silent"


@dataclass(frozen=True)
class Scored:
    """One question with its answer, as `mandala ask --json` gives it, and the verdict."""

    id: str
    text: str
    style: str
    intent: str
    expected: dict[str, Any]
    got: dict[str, Any]
    verdict: Verdict


def score(names: Iterable[str] = AGENDAS) -> Iterator[Scored]:
    """Every question of the set, in order, dialogues kept apart by their name."""
    for name in names:
        held = agenda(name)
        dialogues = Dialogues()
        for line in (_HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            now = instant(datetime.fromisoformat(row["now"]), held)
            chat = row.get("chat")
            question = understand(row["text"], held, now, dialogues.recall(chat, now))
            found = answer(question, held, now)
            dialogues.keep(chat, now, found.slots)
            got = as_json_value(found, held)
            verdict = judge(row["expect"], got)
            yield Scored(
                row["id"], row["text"], row["style"], row["intent"], row["expect"], got, verdict
            )


def judge(expected: dict[str, Any], got: dict[str, Any]) -> Verdict:
    """Whether ``got`` is what was expected."""
    told = got["kind"] == "answer" and bool(got["sessions"] or got["overview"] or got["empty"])
    if expected["kind"] == "none":
        return Verdict.WRONG if told else Verdict.RIGHT
    if expected["kind"] == "any":
        right = expected["about"] in (*got["sessions"], *got["choices"])
    else:
        right = got["kind"] == expected["kind"] and all(
            _agrees(key, wanted, got) for key, wanted in expected.items() if key != "kind"
        )
    if right:
        return Verdict.RIGHT
    if got["kind"] == "clarify":
        return Verdict.ASKED
    return Verdict.WRONG if told else Verdict.SILENT


def _agrees(key: str, wanted: Any, got: dict[str, Any]) -> bool:
    if key == "first":
        return bool(got["sessions"][:1] == [wanted])
    if key == "fields":
        fields = got["fields"] or {}
        return all(fields.get(name) == value for name, value in wanted.items())
    return bool(got[key] == wanted)
