"""How well and how fast questions are understood: ``python -m benchmarks.language``.

One table of scores of the development set by intent and by style, the time expressions of the
tests, then the speed side by side with dateparser's ``search_dates`` on the same sentences, where
dateparser is installed (dependency group ``bench``). Milliseconds per question, one process.
"""

import gc
import random
import statistics
import string
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from bot.domain.agenda import Agenda
from bot.domain.answers import answer
from bot.domain.language import understand
from tests.domain.language.test_times import EXPRESSIONS
from tests.questions.agendas import agenda
from tests.questions.scoring import Scored, Verdict, score

_NOW = datetime.fromisoformat("2025-11-04T09:30+07:00")
_RANDOM_TEXTS = 20_000


def main(_argv: Sequence[str] = ()) -> None:
    """Prints every table."""
    scored = list(score())
    print(_scores(scored))
    print(_expressions())
    print(_speed(sorted({question.text for question in scored})))
    print(_random_texts())


def _scores(scored: Sequence[Scored]) -> str:
    lines = [_row("", *Verdict, "all", "right %")]
    for title in ("intent", "style"):
        groups: dict[str, list[Scored]] = {}
        for question in scored:
            groups.setdefault(getattr(question, title), []).append(question)
        lines += [f"-- by {title}"]
        lines += [_tally(name, groups[name]) for name in sorted(groups)]
    return "\n".join([*lines, "--", _tally("all questions", scored), ""])


def _tally(name: str, scored: Sequence[Scored]) -> str:
    counts = Counter(question.verdict for question in scored)
    right = 100 * counts[Verdict.RIGHT] / len(scored)
    return _row(name, *(counts[v] or "" for v in Verdict), len(scored), f"{right:.1f}")


def _row(name: str, *cells: object) -> str:
    return f"{name:24}" + "".join(f"{cell!s:>10}" for cell in cells)


def _expressions() -> str:
    """Time expressions right and wrong: ours, and dateparser's where it is installed."""
    held = agenda("magelang")
    lines = [_row("time expressions", "right", "wrong", "none", "all")]
    readers: dict[str, Callable[[str], datetime | None]] = {"mandala": lambda t: _ours(t, held)}
    if search := _search_dates():
        readers["dateparser"] = lambda text: _theirs(text, search)
    for name, read in readers.items():
        verdicts = Counter(_verdict(read(text), begin) for text, begin, _ in EXPRESSIONS)
        counts = (verdicts["right"], verdicts["wrong"], verdicts["none"], len(EXPRESSIONS))
        lines.append(_row(name, *counts))
    return "\n".join([*lines, ""])


def _verdict(got: datetime | None, begin: str) -> str:
    if got is None:
        return "none"
    wanted = datetime.fromisoformat(f"2025-11-{begin}")
    same = got == wanted if "T" in begin else got.date() == wanted.date()
    return "right" if same else "wrong"


def _ours(text: str, held: Agenda) -> datetime | None:
    when = understand(f"{text} acara apa", held, _NOW).when
    return when.start if when else None


def _theirs(text: str, search: Callable[..., Any]) -> datetime | None:
    settings = {"RELATIVE_BASE": _NOW.replace(tzinfo=None), "PREFER_DATES_FROM": "future"}
    found = search(text, languages=["id"], settings=settings)
    return found[0][1] if found else None


def _search_dates() -> Callable[..., Any] | None:
    try:
        search: Callable[..., Any] = import_module("dateparser.search").search_dates
    except ImportError:
        return None
    warnings.filterwarnings("ignore", module="dateparser")
    return search


def _speed(texts: Sequence[str]) -> str:
    lines = [_row("ms per question", "median", "99 %", "worst", "questions")]
    for name, held in _agendas():
        understand("", held, _NOW)  # gathers the agenda's words, once per agenda

        def ask(text: str, held: Agenda = held) -> None:
            answer(understand(text, held, _NOW), held, _NOW)

        lines.append(_timed(name, ask, texts))
    if search := _search_dates():
        sample = random.Random(1).sample(texts, min(200, len(texts)))
        lines.append(_timed("dateparser", lambda t: _theirs(t, search), sample))
    else:
        lines.append("dateparser is not installed")
    return "\n".join([*lines, ""])


def _agendas() -> Iterator[tuple[str, Agenda]]:
    yield f"{len(agenda('magelang').sessions)} sessions", agenda("magelang")
    conference = agenda("conference")
    yield "400 sessions", conference
    copies = tuple(
        replace(s, id=f"{s.id}-{n}", start=s.start + shift, end=s.end + shift)
        for n, shift in enumerate((timedelta(0), timedelta(days=7), timedelta(days=14)))
        for s in conference.sessions
    )
    event = replace(conference.event, end=conference.event.end + timedelta(days=14))
    yield "1000 sessions", Agenda(event, copies[:1000])


def _timed(name: str, ask: Callable[[str], object], texts: Iterable[str]) -> str:
    took = []
    gc.collect()
    gc.freeze()  # what the benchmark itself holds is not to be gone through while it measures
    for text in texts:
        began = time.perf_counter()
        ask(text)
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    numbers = (statistics.median(took), took[int(len(took) * 0.99)], took[-1])
    return _row(name, *(f"{number:.3f}" for number in numbers), len(took))


def _random_texts() -> str:
    """Any text at all: none may fail, none may take 50 ms."""
    chance = random.Random(20251104)
    held = agenda("magelang")
    letters = string.ascii_lowercase + "  0123456789./?-"
    texts = []
    for n in range(_RANDOM_TEXTS):
        length = chance.randrange(1, 4097) if n % 10 == 0 else chance.randrange(1, 80)
        if n % 2:
            texts.append("".join(chance.choices(letters, k=length)))
        else:
            points = (chance.randrange(sys.maxunicode) for _ in range(length))
            texts.append("".join(map(chr, points)))
    ask = _timed("random texts", lambda t: answer(understand(t, held, _NOW), held, _NOW), texts)
    return "\n".join([_row("ms per text", "median", "99 %", "worst", "texts"), ask])


if __name__ == "__main__":
    main()
