"""What one person goes to, and where that clashes. Pure.

Two sessions that the rundown offers side by side are a choice, no clash: it becomes one once
somebody stars both, or stars what is for another group over what is for their own.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.agenda import Agenda, Session

_WHAT = r"(?:agenda|jadwal|rundown|acara|kegiatan)"
_MINE = re.compile(
    rf"""
    \b(?:
      {_WHAT}(?:ku|\s+(?:pribadi\s+)?(?:saya|sy|sya|aku|gue|gw))
    | my\s+(?:own\s+|personal\s+)?(?:agenda|schedule|programme|program|rundown|sessions)
    )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two sessions of one person that go on at the same moment, in the order of their starts."""

    first: Session
    second: Session


def asks(text: str) -> bool:
    """Whether a question about the rundown means the writer's own: "agenda saya besok"."""
    return _MINE.search(text) is not None


class OwnAgenda:
    """One person's own rundown: what is for their group, and the sessions they starred."""

    def __init__(self, whole: Agenda, group: str | None, favourites: Collection[str]) -> None:
        self.agenda = whole.for_person(group, favourites)
        self.starred = frozenset(favourites)
        self.group = group
        lengths = (session.duration for session in self.agenda.sessions)
        self._longest = max(lengths, default=timedelta())

    def mine(self, session: Session) -> bool:
        """Whether it is the person's, also where it does not take place any more."""
        return session.meant_for(self.group) or session.id in self.starred

    def beside(self, session: Session) -> Iterator[Session]:
        """Own sessions that go on at a moment of this one, itself left out."""
        for other in self.agenda.starting(session.start - self._longest, session.end):
            if other.id != session.id and other.overlaps(session):
                yield other

    def clashing(self, session: Session) -> tuple[Session, ...]:
        """What this session, starred by the person, collides with."""
        return tuple(o for o in self.beside(session) if self._collide(session, o))

    def clashes(self, sessions: Collection[Session]) -> tuple[Clash, ...]:
        """Every clash in which one of these sessions has a part and one is starred."""
        starred = [s for s in sessions if s.id in self.starred]
        others = [s for s in sessions if s.id not in self.starred]
        pairs = [(s, o) for s in starred for o in self.clashing(s)]
        pairs += [
            (s, o)
            for o in others
            for s in self.beside(o)
            if s.id in self.starred and self._collide(s, o)
        ]
        return _in_order(pairs)

    def new_clashes(self, before: "OwnAgenda") -> tuple[Clash, ...]:
        """What collides now and did not in ``before``, the same person's rundown of earlier."""
        was = {session.id: session for session in before.agenda.sessions}
        pairs = []
        for session in self.agenda.sessions:
            earlier = was.get(session.id)
            if earlier == session or (earlier and before.offered(earlier)):
                continue
            for other in self.beside(session):
                then = was.get(other.id)
                if then and (before.offered(then) or (earlier and earlier.overlaps(then))):
                    continue
                pairs.append((session, other))
        return _in_order(pairs)

    def offered(self, session: Session, *, beside: Session | None = None) -> bool:
        """Whether it is just one of several that the rundown offers at once, and not starred.

        Args:
            beside: does not count as one of those.
        """
        if session.id in self.starred:
            return False
        others = (o for o in self.beside(session) if beside is None or o.id != beside.id)
        return any(other.id not in self.starred for other in others)

    def _collide(self, starred: Session, other: Session) -> bool:
        if other.id in self.starred:
            return True
        together = starred.start == other.start and starred.meant_for(self.group)
        return not together and not self.offered(other, beside=starred)


def _in_order(pairs: list[tuple[Session, Session]]) -> tuple[Clash, ...]:
    found = {
        frozenset((a.id, b.id)): Clash(*sorted((a, b), key=lambda s: (s.start, s.id)))
        for a, b in pairs
    }
    return tuple(sorted(found.values(), key=lambda c: (c.second.start, c.first.id, c.second.id)))
