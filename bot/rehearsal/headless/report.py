"""Writes a rehearsal down: pages that print well, a line a message, findings for machines."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.domain import clock
from bot.domain.people import Role
from bot.rehearsal.headless.findings import NIGHT, Judged
from bot.rehearsal.headless.ledger import NOTICES, PLANNED
from bot.rehearsal.headless.model import Entry, Finding, Player, Severity
from bot.rehearsal.headless.rich import rich
from bot.texts.catalogue import clock_text, sources, text

PAGE, LINES, FINDINGS = "transcript.html", "transcript.jsonl", "findings.json"
INBOXES_A_PAGE = 100
KINDS = (*PLANNED, *NOTICES, "answer")
_HERE = Path(__file__).parent
_NAMES = 5
"""People named in one finding; of more only the number is told."""


def write_report(judged: Judged, folder: Path, *, language: str) -> "Shown":
    """Writes everything into ``folder``, in place of what a former rehearsal left there.

    Returns:
        what was written.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("transcript*.html"):
        stale.unlink()
    shown = Shown(judged, language)
    with (folder / LINES).open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{_json(line)}\n" for line in shown.lines())
    findings = json.dumps(shown.summary(), ensure_ascii=False, indent=1)
    (folder / FINDINGS).write_text(f"{findings}\n", encoding="utf-8")
    for page in shown.pages:
        with (folder / page.name).open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_template().generate(r=shown, page=page))
    return shown


@dataclass(frozen=True)
class Page:
    """One of the HTML files: the first holds the summary, each some of the inboxes."""

    name: str
    first: int
    """Number of its first inbox, from 1."""
    players: Sequence[Player]

    @property
    def last(self) -> int:
        """Number of its last inbox."""
        return self.first + len(self.players) - 1


@dataclass(frozen=True)
class Shown:
    """The judged performance in one language, as the template and the files need it."""

    judged: Judged
    language: str

    def say(self, key: str, **facts: object) -> Markup:
        """A text of the report."""
        return text(f"report.{key}", self.language, zone=self.zone, **facts)

    def plain(self, key: str, **facts: object) -> str:
        """The same on one line, for files and terminals."""
        words = self.say(key, **facts).unescape()
        flat = " ".join(str(words).split())
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in flat)

    @property
    def zone(self) -> str:
        """The event's zone."""
        return self.judged.agenda.timezone

    @cached_property
    def css(self) -> Markup:
        """The style, so that a page needs no other file."""
        return Markup((_HERE / "report.css").read_text(encoding="utf-8"))  # noqa: S704  # ours

    @property
    def event(self) -> Any:
        """The event itself."""
        return self.judged.agenda.event

    # --- figures ------------------------------------------------------------------------------

    @cached_property
    def by_person(self) -> dict[str, Counter[str]]:
        """How many messages of each kind reached whom, and how many they wrote."""
        counts: dict[str, Counter[str]] = {
            player.key: Counter() for player in self.judged.performance.players
        }
        for entry in self.judged.performance.entries:
            if not entry.incoming:
                counts[entry.who]["written"] += 1
            elif entry.status == "delivered":
                counts[entry.who][entry.kind] += 1
        return counts

    @cached_property
    def kinds(self) -> list[str]:
        """Kinds of which there is at least one message."""
        return [kind for kind in KINDS if any(count[kind] for count in self.by_person.values())]

    @cached_property
    def figures(self) -> dict[str, int]:
        """The numbers of the summary."""
        played, ledger = self.judged.performance, self.judged.ledger
        roles = Counter(player.role for player in played.players if player.code)
        severities = Counter(finding.severity for finding in self.judged.findings)
        daily = Counter(
            (entry.who, clock.local_day(entry.at, self.zone)) for entry in self.judged.unasked
        )
        return {
            "people": roles.total(),
            "organizers": roles[Role.ORGANIZER],
            "participants": roles.total() - roles[Role.ORGANIZER],
            "messages": sum(self.total(counts) for counts in self.by_person.values()),
            "most": max(daily.values(), default=0),
            "expected": len(played.expected),
            "fulfilled": len(ledger.fulfilled),
            "missing": len(ledger.missing),
            "extra": len(ledger.extra),
            "errors": severities[Severity.ERROR],
            "warnings": severities[Severity.WARNING],
            "notes": severities[Severity.NOTE],
        }

    def total(self, counts: Counter[str]) -> int:
        """All messages that reached somebody."""
        return sum(counts[kind] for kind in self.kinds)

    @cached_property
    def rhythm(self) -> list[tuple[date, list[tuple[int, float, bool]]]]:
        """For each day its 24 hours: messages that came unasked, their share of the busiest
        hour, and whether it is night.
        """
        at = (clock.local(entry.at, self.zone) for entry in self.judged.unasked)
        hours = Counter((moment.date(), moment.hour) for moment in at)
        most = max(hours.values(), default=1)
        days = sorted({day for day, _ in hours} | set(self.judged.agenda.days))
        return [
            (day, [(hours[day, hour], hours[day, hour] / most, _dark(hour)) for hour in range(24)])
            for day in days
        ]

    # --- findings -----------------------------------------------------------------------------

    def words(self, finding: Finding) -> str:
        """The finding as one sentence."""
        facts = dict(finding.facts)
        if "kind" in facts:
            facts["kind_words"] = self.say(f"kind_{facts['kind']}")
        if "status" in facts:
            facts["why"] = self.why(str(facts["status"]))
        return self.plain(f"finding_{finding.code}", people=self.people(finding.people), **facts)

    def people(self, keys: Sequence[str]) -> str:
        """Names, or how many there are."""
        if len(keys) > _NAMES and set(keys) >= self._invited:
            return str(self.say("everybody"))
        names = [self._names[key] for key in keys[:_NAMES]]
        if len(keys) > _NAMES:
            names.append(str(self.say("and_more", count=len(keys) - _NAMES)))
        return "; ".join(names)

    def why(self, status: str) -> str:
        """Why a message did not arrive."""
        key = f"why.{status}"
        return str(text(key, self.language)) if key in sources(self.language) else status

    @cached_property
    def _names(self) -> dict[str, str]:
        return self.judged.performance.names()

    @cached_property
    def _invited(self) -> set[str]:
        return {player.key for player in self.judged.performance.players if player.code}

    # --- inboxes ------------------------------------------------------------------------------

    @cached_property
    def pages(self) -> list[Page]:
        """The files; a large roster is spread over several."""
        players = self.judged.performance.players
        starts = range(0, max(1, len(players)), INBOXES_A_PAGE)
        return [
            Page(_page_name(number), start + 1, players[start : start + INBOXES_A_PAGE])
            for number, start in enumerate(starts)
        ]

    @cached_property
    def places(self) -> dict[str, str]:
        """Where everybody's inbox stands: file and anchor."""
        return {
            player.key: f"{page.name}#k{page.first + place}"
            for page in self.pages
            for place, player in enumerate(page.players)
        }

    @cached_property
    def _inboxes(self) -> dict[str, list[Entry]]:
        inboxes: dict[str, list[Entry]] = {}
        for entry in self.judged.performance.entries:
            inboxes.setdefault(entry.who, []).append(entry)
        return inboxes

    def inbox(self, player: Player) -> Iterator[tuple[date, list[tuple[int, list[Entry]]]]]:
        """Day by day and hour by hour, in local time."""

        def moment(entry: Entry) -> datetime:
            return clock.local(entry.at, self.zone)

        entries = self._inboxes.get(player.key, [])
        for day, of_day in groupby(entries, key=lambda entry: moment(entry).date()):
            hours = groupby(of_day, key=lambda entry: moment(entry).hour)
            yield day, [(hour, list(of_hour)) for hour, of_hour in hours]

    def label(self, entry: Entry) -> Markup:
        """What sort of line it is."""
        return self.say(f"kind_{entry.kind}" if entry.incoming else f"act_{entry.kind}")

    def clock(self, entry: Entry) -> str:
        """Local wall time."""
        return clock_text(entry.at, self.zone, self.language)

    def hour(self, hour: int) -> str:
        """The heading of an hour."""
        return f"{hour:02d}.00" if self.language == "id" else f"{hour:02d}:00"

    def rich(self, entry: Entry) -> Markup:
        """The message as it looks."""
        return rich(entry.text, entry.entities)

    # --- files for machines -------------------------------------------------------------------

    def lines(self) -> Iterable[dict[str, Any]]:
        """One object for each line of the transcript."""
        for entry in self.judged.performance.entries:
            yield {
                "time": clock.local(entry.at, self.zone).isoformat(),
                "person": entry.who,
                "direction": "to_person" if entry.incoming else "to_bot",
                "kind": entry.kind,
                "text": entry.text,
                "buttons": entry.buttons,
                "sessions": entry.sessions,
                "status": entry.status,
                "edited": entry.edited,
            }

    def summary(self) -> dict[str, Any]:
        """Totals and findings."""
        return {
            "event": self.event.id,
            "failed": self.judged.failed,
            "totals": self.figures,
            "by_kind": {
                kind: sum(counts[kind] for counts in self.by_person.values())
                for kind in self.kinds
            },
            "by_person": {
                key: {kind: counts[kind] for kind in ("written", *self.kinds) if counts[kind]}
                for key, counts in self.by_person.items()
            },
            "findings": [
                {
                    "severity": finding.severity.value,
                    "code": finding.code,
                    "words": self.words(finding),
                    "time": finding.at and clock.local(finding.at, self.zone).isoformat(),
                    "sessions": finding.sessions,
                    "people": finding.people,
                }
                for finding in self.judged.findings
            ],
        }

    def for_terminal(self) -> list[str]:
        """What it comes to, then errors and warnings, a line each."""
        figures = self.figures
        verdict = self.plain("verdict_value", **figures)
        lines = [self.plain("terminal", verdict=verdict, **figures)]
        for finding in self.judged.findings:
            if finding.severity is not Severity.NOTE:
                severity = self.plain(f"severity_{finding.severity.value}")
                lines.append(f"{severity}: {self.words(finding)}")
        return lines


def _page_name(number: int) -> str:
    return PAGE if number == 0 else f"transcript-{number + 1}.html"


def _dark(hour: int) -> bool:
    return hour > NIGHT[0].hour or hour < NIGHT[1].hour


def _json(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False)


def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")
