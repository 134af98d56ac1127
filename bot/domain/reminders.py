"""What is due when, each under a stable key. Pure: the same question gives the same answer.

Nothing is remembered here. ``due`` is asked for an interval of time and names every message that
falls into it; the outbox refuses a key it already has. Restart, agenda edit, clock jump and
rehearsal are therefore one and the same path.
"""

from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.domain import clock, prompts
from bot.domain.agenda import Agenda, Session
from bot.domain.prompts import Prompt

CHOICES = (5, 10, 15, 30, 60)
"""Minutes before a session that a person can choose from."""
SNOOZES = (5, 10)
"""Minutes after which a reminder can be asked for once more."""
MERGE_WITHIN = timedelta(minutes=5)
"""Reminders of one person that fall due this close together become one message."""
LATE_AFTER = timedelta(minutes=2)
"""A message later than this says that it is late."""
_LONGEST = timedelta(minutes=max(CHOICES))
TOLD_FOR = _LONGEST + MERGE_WITHIN
"""A reminder that fell due longer ago is of a session that has begun."""
_DIGEST_USEFUL = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Choice:
    """Minutes before the session, None for no reminder, and since when that holds (UTC)."""

    minutes: int | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Subscriber:
    """What one person wants to be told. ``since``: when they joined or last chose (UTC)."""

    person_id: int
    general: Choice
    digest: bool
    prompt: bool
    by_session: Mapping[str, Choice] = field(default_factory=dict)
    group: str | None = None
    """Of the roster: sessions of other groups are not for them, unless chosen one by one."""
    everything: bool = False
    """Whether sessions of all groups are for them."""
    favourites: Mapping[str, datetime] = field(default_factory=dict)
    """Sessions that they starred, and when: those of other groups are for them from then on."""

    def own(self, agenda: Agenda) -> Agenda:
        """The rundown as far as it is for this person."""
        return agenda if self.everything else agenda.for_person(self.group, self.favourites)

    def wants(self, session: Session) -> bool:
        """Whether it is to be told to them."""
        chosen = session.id in self.by_session or session.id in self.favourites
        return chosen or self._meant(session)

    def choice(self, session: Session) -> Choice:
        """The choice for this session, else the general one."""
        chosen = self.by_session.get(session.id)
        if chosen is not None:
            return chosen
        starred = self.favourites.get(session.id)
        if starred is None or self._meant(session):
            return self.general
        return Choice(self.general.minutes, max(starred, self.general.since))

    def _meant(self, session: Session) -> bool:
        return self.everything or session.meant_for(self.group)


@dataclass(frozen=True, slots=True)
class Due:
    """One message to one person about ``sessions``; ``day`` is local.

    ``keys`` holds one key for each thing told, so that none of them is told again; the first is
    the key of the message itself.
    """

    kind: str
    person_id: int
    keys: tuple[str, ...]
    due_at: datetime
    useful_until: datetime
    day: date
    sessions: tuple[Session, ...] = ()
    evening: bool = False
    """Of a prompt: it asks about the whole day, besides any sessions."""

    def late(self, now: datetime) -> bool:
        """Whether the reader should be told that it comes late."""
        return now - self.due_at > LATE_AFTER


def due(
    agenda: Agenda,
    subscribers: Sequence[Subscriber],
    *,
    after: datetime,
    now: datetime,
    told: Container[str] = frozenset(),
) -> Iterator[Due]:
    """Every message that fell due in ``(after, now]``, by person, without the keys in ``told``.

    A reminder due within ``MERGE_WITHIN`` of now joins an earlier one of the same person. Somebody
    who joined, or chose another lead time, when a session's reminder time was already past gets it
    at once, as long as the session has not begun. Nobody is asked to reflect on what was over
    before they joined or wanted it. In the first look at a new version of the agenda, what fell
    due a while before is looked at again: a session brought forward would else be forgotten.

    ``told`` must hold the keys of every reminder that is due since ``TOLD_FOR`` before ``after``,
    and where ``prompts.falling`` finds any in the interval, of every prompt there ever was.
    """
    changed = agenda.changed_at is not None and after <= agenda.changed_at <= now
    reach = after - _LONGEST if changed else after
    near = _starting(agenda, after=after, until=now + MERGE_WITHIN + _LONGEST)
    since = after - _DIGEST_USEFUL if changed else after
    daily: dict[int, tuple[Agenda, list[Due], list[Prompt]]] = {}
    for subscriber in subscribers:
        own = subscriber.own(agenda)  # one object a group, so that each is looked at once
        if id(own) not in daily:
            digests = [one for one in _digests(own) if since < one.due_at <= now]
            daily[id(own)] = own, digests, prompts.falling(own, after=after, until=now)
        _, digests, asking = daily[id(own)]  # which is held, so that its id stays its own
        falling = _falling(subscriber, near, after=reach, now=now, told=told)
        yield from _merged(agenda, subscriber, falling, now)
        for digest in digests:
            if subscriber.digest and digest.due_at > subscriber.general.since:
                key = f"digest:{subscriber.person_id}:{digest.day}"
                yield replace(digest, person_id=subscriber.person_id, keys=(key,))
        if subscriber.prompt:
            yield from _asked(subscriber, asking, told)


def next_wake(
    agenda: Agenda, subscribers: Iterable[Subscriber], *, after: datetime
) -> datetime | None:
    """The first instant after ``after`` at which something falls due; None if never."""
    starts = _starts(agenda)
    leads = {0}
    owns = {id(agenda): agenda}
    for subscriber in subscribers:
        own = subscriber.own(agenda)
        owns[id(own)] = own
        leads.add(subscriber.general.minutes or 0)
        leads.update(choice.minutes or 0 for choice in subscriber.by_session.values())
    daily = [message.due_at for own in owns.values() for message in _digests(own)]
    daily += [prompt.at for own in owns.values() for prompt in prompts.prompts(own)]
    instants = [instant for instant in daily if instant > after]
    for lead in leads - {0}:
        position = bisect_right(starts, after + timedelta(minutes=lead))
        if position < len(starts):
            instants.append(starts[position] - timedelta(minutes=lead))
    return min(instants, default=None)


def reminder_key(person_id: int, session: Session) -> str:
    """Person, session and start: a moved session is a new reminder."""
    return f"reminder:{person_id}:{session.id}:{session.start:%Y%m%dT%H%MZ}"


def session_of(key: str) -> str | None:
    """The id of the session that a reminder's key is about; None for keys of other messages."""
    kind, _, rest = key.partition(":")
    if kind not in ("reminder", "snooze"):
        return None
    inner = rest.partition(":")[2]
    return inner.rsplit(":", 1 if kind == "reminder" else 2)[0]


def _falling(
    subscriber: Subscriber,
    sessions: Sequence[Session],
    *,
    after: datetime,
    now: datetime,
    told: Container[str],
) -> list[tuple[datetime, Session]]:
    """The sessions to tell of with the instant of each, soonest first."""
    found = []
    for session in sessions:
        choice = subscriber.choice(session)
        if choice.minutes is None or not subscriber.wants(session):
            continue
        if reminder_key(subscriber.person_id, session) in told:
            continue
        instant = session.start - timedelta(minutes=choice.minutes)
        missed = instant <= after
        if instant <= choice.since:  # chosen late: due at once, however long ago that is by now
            instant, missed = choice.since, False
        if not missed and instant <= now + MERGE_WITHIN and instant < session.start:
            found.append((instant, session))
    return sorted(found, key=lambda pair: (pair[0], pair[1].start, pair[1].id))


def _merged(
    agenda: Agenda, subscriber: Subscriber, falling: list[tuple[datetime, Session]], now: datetime
) -> Iterator[Due]:
    while falling and falling[0][0] <= now:
        first = falling[0][0]
        group = [session for instant, session in falling if instant <= first + MERGE_WITHIN]
        falling = falling[len(group) :]
        yield Due(
            kind="reminder",
            person_id=subscriber.person_id,
            keys=tuple(reminder_key(subscriber.person_id, session) for session in group),
            due_at=first,
            useful_until=max(session.start for session in group),
            day=agenda.day_of(group[0]),
            sessions=tuple(sorted(group, key=lambda s: (s.start, s.id))),
        )


def _starts(agenda: Agenda) -> list[datetime]:
    return [session.start for session in agenda.sessions]


def _starting(agenda: Agenda, *, after: datetime, until: datetime) -> tuple[Session, ...]:
    starts = _starts(agenda)
    return agenda.sessions[bisect_right(starts, after) : bisect_right(starts, until)]


def _digests(agenda: Agenda) -> Iterator[Due]:
    """That of each day, for nobody in particular yet."""
    for day in agenda.days:
        sessions = agenda.on_day(day)
        if sessions:
            instant = clock.at(day, agenda.event.digest_at, agenda.timezone)
            useful = instant + _DIGEST_USEFUL
            yield Due("digest", 0, (f"{day}",), instant, useful, day, sessions)


def _asked(
    subscriber: Subscriber, asking: Sequence[Prompt], told: Container[str]
) -> Iterator[Due]:
    """What this person is asked, without what was before their time or has been asked."""
    person_id, since = subscriber.person_id, subscriber.general.since
    for prompt in asking:
        if prompt.at <= since:
            continue
        whole_day = prompts.evening_key(person_id, prompt.day)
        evening = prompt.evening and whole_day not in told
        keyed = [(prompts.session_key(person_id, s), s) for s in prompt.sessions if s.end > since]
        fresh = [(key, session) for key, session in keyed if key not in told]
        if not evening and not fresh:
            continue
        yield Due(
            kind="prompt",
            person_id=person_id,
            keys=((whole_day,) if evening else ()) + tuple(key for key, _ in fresh),
            due_at=prompt.at,
            useful_until=prompt.useful_until,
            day=prompt.day,
            sessions=tuple(session for _, session in fresh),
            evening=evening,
        )
