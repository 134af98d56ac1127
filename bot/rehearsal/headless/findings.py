"""What an organizer should know before the event: pure judgements over agenda and transcript."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import groupby

from bot.domain import clock
from bot.domain.agenda import Agenda, Session
from bot.domain.reminders import LATE_AFTER
from bot.rehearsal.headless.ledger import NOTICES, PLANNED, Ledger, reconcile
from bot.rehearsal.headless.model import Entry, Expected, Finding, Performance, Severity

LONGEST_GAP = timedelta(minutes=90)
NIGHT = (time(21, 30), time(5, 0))
"""From the first of these to the second phones should stay dark (local time)."""
MOST_A_DAY = 25
_NOON_TO_NOON = timedelta(hours=12)
TELEGRAM_A_SECOND = 30
_LONG_WAVE_S = 10
"""A wave of messages that takes longer at Telegram's rate is worth telling."""
_ORDER = list(Severity)


@dataclass(frozen=True)
class Judged:
    """A performance with what is held against it."""

    performance: Performance
    most_a_day: int = MOST_A_DAY

    @property
    def agenda(self) -> Agenda:
        """The event."""
        return self.performance.agenda

    @cached_property
    def ledger(self) -> Ledger:
        """Arrivals and their reasons."""
        played = self.performance
        return reconcile(played.expected, played.entries, played.done)

    @cached_property
    def unasked(self) -> list[Entry]:
        """What reached a phone without having been asked for."""
        return [
            entry
            for entry in self.performance.entries
            if entry.incoming and entry.status == "delivered" and entry.kind in PLANNED + NOTICES
        ]

    @cached_property
    def findings(self) -> list[Finding]:
        """Everything found, the worst first, then in the order of time."""
        found = [finding for judge in _JUDGES for finding in judge(self)]
        far = datetime.max.replace(tzinfo=clock.localize(datetime(2000, 1, 1), "UTC").tzinfo)
        return sorted(found, key=lambda one: (_ORDER.index(one.severity), one.at or far))

    @property
    def failed(self) -> bool:
        """Whether there is any error."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


# ------------------------------------------------------------------------------- the deliveries


def _missing(judged: Judged) -> Iterator[Finding]:
    for message, people in _alike(judged.ledger.missing):
        facts = {"kind": message.kind, "due": message.due_at, "text": _head(message.text)}
        yield _error("missing", facts, message.due_at, message.sessions, people)


def _extra(judged: Judged) -> Iterator[Finding]:
    key = _same_message
    for _, group in groupby(sorted(judged.ledger.extra, key=key), key=key):
        entries = list(group)
        facts = {"text": _head(entries[0].text), "at": entries[0].at}
        people = tuple(entry.who for entry in entries)
        yield _error("extra", facts, entries[0].at, entries[0].sessions, people)


def _late(judged: Judged) -> Iterator[Finding]:
    late = [one for one in judged.ledger.fulfilled if one[0].at - one[1].due_at > LATE_AFTER]
    for message, people in _alike([expected for _, expected in late]):
        facts = {"kind": message.kind, "due": message.due_at, "text": _head(message.text)}
        yield Finding(Severity.WARNING, "late", facts, message.due_at, message.sessions, people)


def _unanswered(judged: Judged) -> Iterator[Finding]:
    for each in judged.performance.done:
        if not each.answered:
            yield _error("unanswered", {"words": each.words}, each.act.at, (), (each.act.who,))


def _faults(judged: Judged) -> Iterator[Finding]:
    for words, count in sorted(Counter(judged.performance.faults).items()):
        yield _error("fault", {"words": words, "count": count})


def _unreached(judged: Judged) -> Iterator[Finding]:
    lost: Counter[tuple[str, str]] = Counter(
        (entry.who, entry.status)
        for entry in judged.performance.entries
        if entry.status != "delivered"
    )
    for (who, status), count in sorted(lost.items()):
        facts = {"count": count, "status": status}
        yield Finding(Severity.NOTE, "unreached", facts, people=(who,))


def _wave(judged: Judged) -> Iterator[Finding]:
    at_once = Counter(entry.at for entry in judged.unasked)
    if not at_once:
        return
    at, count = min(at_once.items(), key=lambda pair: (-pair[1], pair[0]))
    seconds = count / TELEGRAM_A_SECOND
    if seconds > _LONG_WAVE_S:
        lasts = timedelta(seconds=seconds)
        yield Finding(Severity.NOTE, "wave", {"count": count, "lasts": lasts, "at": at}, at)


# ---------------------------------------------------------------------------------- the people


def _nobody(judged: Judged) -> Iterator[Finding]:
    invited = [player for player in judged.performance.players if player.code]
    if not invited:
        yield _error("nobody")
    elif not any(player.organizer for player in invited):
        yield Finding(Severity.WARNING, "no_organizer")


def _too_many(judged: Judged) -> Iterator[Finding]:
    zone = judged.agenda.timezone
    by_day = Counter((clock.local_day(one.at, zone), one.who) for one in judged.unasked)
    crowded: dict[date, list[tuple[str, int]]] = defaultdict(list)
    for (day, who), count in sorted(by_day.items()):
        if count > judged.most_a_day:
            crowded[day].append((who, count))
    for day, people in crowded.items():
        facts = {"day": day, "most": max(count for _, count in people), "limit": judged.most_a_day}
        yield Finding(Severity.WARNING, "too_many", facts, people=tuple(who for who, _ in people))


def _night(judged: Judged) -> Iterator[Finding]:
    zone = judged.agenda.timezone

    def key(entry: Entry) -> tuple[object, ...]:
        """Of one night, about the same thing."""
        return clock.local_day(entry.at + _NOON_TO_NOON, zone), entry.kind, entry.sessions

    dark = [one for one in judged.unasked if _is_night(clock.local(one.at, zone).time())]
    groups: dict[tuple[object, ...], list[Entry]] = defaultdict(list)
    for entry in dark:
        groups[key(entry)].append(entry)
    for entries in groups.values():
        first = entries[0]
        titles = [s.title for s in judged.agenda.sessions if s.id in first.sessions]
        subject = ", ".join(titles) if first.kind == "reminder" else _head(first.text)
        facts = {"at": first.at, "kind": first.kind, "text": subject}
        people = tuple(dict.fromkeys(entry.who for entry in entries))
        yield Finding(Severity.WARNING, "night", facts, first.at, first.sessions, people)


def _is_night(wall: time) -> bool:
    return wall >= NIGHT[0] or wall < NIGHT[1]


# ---------------------------------------------------------------------------------- the agenda


def _gaps(judged: Judged) -> Iterator[Finding]:
    """Time without anything between two sessions of a day."""
    for day in judged.agenda.days:
        sessions = judged.agenda.on_day(day)
        ends = sessions[0] if sessions else None
        for session in sessions[1:]:
            assert ends is not None
            pause = session.start - ends.end
            if pause > LONGEST_GAP:
                facts = {"before": ends, "after": session, "lasts": pause}
                pair = (ends.id, session.id)
                yield Finding(Severity.WARNING, "gap", facts, ends.end, pair)
            ends = max(ends, session, key=lambda one: one.end)


def _clashes(judged: Judged) -> Iterator[Finding]:
    """A room or a person twice at once; and everybody having to choose."""
    several = {_plain(room) for room in judged.agenda.event.shared_rooms}
    for first, second in _overlapping(judged.agenda.sessions):
        facts: dict[str, object] = {"first": first, "second": second}
        pair = (first.id, second.id)
        shared = sorted({_plain(s) for s in first.speakers} & {_plain(s) for s in second.speakers})
        same_room = first.room and second.room and _plain(first.room) == _plain(second.room)
        if same_room and _plain(second.room or "") not in several:
            facts["room"] = second.room
            yield _error("room_clash", facts, second.start, pair)
        elif shared:
            names = [name for name in second.speakers if _plain(name) in shared]
            facts["names"] = names
            yield Finding(Severity.WARNING, "speaker_clash", facts, second.start, pair)
        else:
            yield Finding(Severity.NOTE, "parallel", facts, second.start, pair)


def _overlapping(sessions: Sequence[Session]) -> Iterator[tuple[Session, Session]]:
    for place, first in enumerate(sessions):
        for second in sessions[place + 1 :]:
            if second.start >= first.end:
                break
            yield first, second


def _roomless(judged: Judged) -> Iterator[Finding]:
    """Reminders that cannot say where to go."""
    told = _told(judged)
    for session in judged.agenda.sessions:
        if not session.room and told[session.id]:
            facts = {"session": session, "count": told[session.id]}
            yield Finding(Severity.WARNING, "no_room", facts, session.start, (session.id,))


def _unreminded(judged: Judged) -> Iterator[Finding]:
    told = _told(judged)
    for session in judged.agenda.sessions:
        if not told[session.id]:
            facts = {"session": session}
            yield _error("unreminded", facts, session.start, (session.id,))


def _told(judged: Judged) -> Counter[str]:
    return Counter(
        session
        for entry, expected in judged.ledger.fulfilled
        if entry.kind == "reminder"
        for session in expected.sessions
    )


# ------------------------------------------------------------------------------------- helpers


def _error(
    code: str,
    facts: Mapping[str, object] | None = None,
    at: datetime | None = None,
    sessions: tuple[str, ...] = (),
    people: tuple[str, ...] = (),
) -> Finding:
    return Finding(Severity.ERROR, code, facts or {}, at, sessions, people)


def _alike(messages: Iterable[Expected]) -> Iterator[tuple[Expected, tuple[str, ...]]]:
    """The same message to several people is one finding."""

    def key(one: Expected) -> tuple[datetime, str, str]:
        return one.due_at, one.kind, one.text

    for _, group in groupby(sorted(messages, key=key), key=key):
        same = list(group)
        yield same[0], tuple(message.who for message in same)


def _same_message(entry: Entry) -> tuple[datetime, str, str]:
    return entry.at, entry.kind, entry.text


def _head(text: str) -> str:
    """The first line, at most 70 characters of it."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 70 else f"{line[:69].rstrip()}…"


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


_JUDGES: tuple[Callable[[Judged], Iterator[Finding]], ...] = (
    _missing, _extra, _late, _unanswered, _faults, _nobody, _clashes, _unreminded,
    _night, _too_many, _gaps, _roomless, _unreached, _wave,
)  # fmt: skip
