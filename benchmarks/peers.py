"""Side by side in one run: this bot against PTB and aiogram, in sending and in answering.

One table of announcements at every limit that is asked for, one of questions answered a second
(this bot a real question, the others a bare echo). Peers take turns in each repetition, so that
what else the machine does meets all of them. The exit status is 1 where this bot misses what it
promises; what a busy machine alone decides is told and decides nothing.
"""

import argparse
import sys
from collections.abc import Iterator

from benchmarks import answers, delivery
from benchmarks.delivery import NAMES, Figures, median, run

_BOTS = {"mandala": "ours", "ptb": "ptb", "aiogram": "aiogram"}
_LEAST = 0.99, 0.90
"""Of the limit, up to 30 a second and above it."""
_LONGER_MS, _GROWTH_MB = 100, 30
_MOST = 2500
"""Recipients unless told otherwise: with 7,000 at 1000/s PTB's limiter takes many minutes."""


def main(argv: list[str] | None = None) -> int:
    """Prints the tables; gives the exit status."""
    parser = argparse.ArgumentParser(prog="peers", description=__doc__)
    parser.add_argument("--limits", type=int, nargs="+", default=[30, 1000], metavar="PER_S")
    parser.add_argument(
        "--seconds", type=float, default=10, help="an announcement lasts, at least"
    )
    parser.add_argument("--recipients", type=int, help="instead: that many, whatever the limit")
    parser.add_argument("--latency", type=float, nargs="+", default=[0, 20], metavar="MS")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--questions", type=int, default=1000, help="0: none are asked")
    parser.add_argument("--people", type=int, default=300)
    options = parser.parse_args(argv)
    print(delivery.HEAD)
    broken = []
    for limit in options.limits:
        recipients = options.recipients or min(_MOST, int(limit * options.seconds))
        for latency in options.latency:
            print(f"{limit}/s enforced, {recipients} recipients, {latency:g} ms there and back")
            figures = _announcements(recipients, limit, latency, options.repeat)
            for who, one in figures.items():
                print(delivery.line(f"  {NAMES[who]}", one, limit), flush=True)
            broken += [f"{limit}/s: {each}" for each in missed(figures["ours"], limit)]
    if options.questions:
        _questions(options)
    for each in broken:
        print(f"MISSED at {each}")
    return 1 if broken else 0


def missed(one: Figures, limit: int) -> Iterator[str]:
    """What of its promises a run of this bot does not hold."""
    if one.refused:
        yield f"{one.refused:.0f} calls refused"
    if one.worst > limit:
        yield f"{one.worst:.0f} calls in a second"
    if one.lost or one.duplicates:
        yield f"{one.lost:.0f} lost, {one.duplicates:.0f} twice"
    least = _LEAST[limit > 30]
    if one.rate < least * limit:
        yield f"{one.rate / limit:.1%} of the limit, promised {least:.0%}"
    if one.busy > one.idle + _LONGER_MS:
        yield f"an answer takes {one.busy - one.idle:.0f} ms longer, promised {_LONGER_MS}"
    if one.memory > _GROWTH_MB:
        yield f"{one.memory:.0f} MB more, promised {_GROWTH_MB}"


def _announcements(recipients: int, limit: int, latency: float, repeat: int) -> dict[str, Figures]:
    options = argparse.Namespace(recipients=recipients, limit=limit, latency=latency)
    runs: dict[str, list[Figures]] = {who: [] for who in NAMES}
    for _ in range(repeat):
        for who, found in runs.items():
            found.append(run(who, options))
    return {who: median(found) for who, found in runs.items()}


def _questions(options: argparse.Namespace) -> None:
    print(f"\nquestions answered a second ({options.questions}, median of {options.repeat})")
    rates = answers.rates(options, _BOTS)
    for bot, rate in rates.items():
        does = "a real question" if bot == "mandala" else "echo"
        print(f"  {NAMES[_BOTS[bot]].split(' +')[0]:26}{rate:8.0f}   {does}")


if __name__ == "__main__":
    sys.exit(main())
