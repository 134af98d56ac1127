"""Whom an announcement is for: everybody, or those who share something.

An audience is kept as text: ``all``, or its kind and value as in ``group:Kelompok 1``. It is
worked out again each time it is needed, so that it always means who is there now.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.domain.agenda import Session as AgendaSession
from bot.domain.refs import ref
from bot.store import broadcasts, people, recipients
from bot.store.recipients import GROUPS

ALL = "all"
UNREAD = "unread"
FIELDS = ("group", "agency", "echelon", "role")
"""Kinds of audience that are columns of the roster."""
KINDS = (*FIELDS, UNREAD)


@dataclass(frozen=True, slots=True)
class Audience:
    """``kind`` is ``all`` or one of KINDS; ``value`` is what its members share.

    For ``unread`` the value is the number of the notice that its members have not confirmed.
    """

    kind: str = ALL
    value: str = ""

    def __str__(self) -> str:
        return self.kind if self.kind == ALL else f"{self.kind}:{self.value}"

    @classmethod
    def parse(cls, stored: str) -> "Audience":
        """The audience that ``str`` made ``stored`` of."""
        kind, _, value = stored.partition(":")
        return cls(kind, value)

    @property
    def ref(self) -> str:
        """Eight characters that stand for the value in button data."""
        return ref(str(self))


@dataclass(frozen=True, slots=True)
class Choice:
    """An audience to choose from, how it is called, and how many of it have joined."""

    audience: Audience
    name: str
    count: int


def of_session(db: Session, session: AgendaSession) -> Audience:
    """Those whom the session is for, by the roster's groups; everybody where it names none."""
    if not session.groups:
        return Audience()
    named = [value for value, _ in recipients.sharing(db, "group") if session.meant_for(value)]
    return Audience(GROUPS, json.dumps(sorted(named), ensure_ascii=False))


def waiting(db: Session, audience: Audience) -> int:
    """How many on the roster belong to it but have not pressed Start."""
    return recipients.absent(db, str(audience))


def size(db: Session) -> int:
    """How many have joined."""
    return people.count(db)[1]


def choices(db: Session, kind: str, *, limit: int = 60) -> list[Choice]:
    """Audiences of this kind that somebody belongs to, by name; notices newest first."""
    if kind == UNREAD:
        return [
            Choice(Audience(UNREAD, str(notice.id)), notice.title, count)
            for notice in broadcasts.asking(db, limit=10)
            if (count := recipients.count_unread(db, notice.id or 0))
        ]
    named = sorted(recipients.sharing(db, kind), key=lambda each: _natural(each[0]))[:limit]
    return [Choice(Audience(kind, value), value, count) for value, count in named]


def chosen(db: Session, kind: str, ref: str) -> Audience | None:
    """The audience of this kind whose reference this is; None if it is gone."""
    found = (each.audience for each in choices(db, kind) if each.audience.ref == ref)
    return next(found, None)


def name(db: Session, audience: Audience) -> str:
    """What its members share, as people call it; of ``unread`` the first words of the notice."""
    if audience.kind == GROUPS:
        return ", ".join(json.loads(audience.value))
    if audience.kind != UNREAD:
        return audience.value
    notice = broadcasts.get(db, int(audience.value))
    return notice.title if notice else ""


def offered(db: Session) -> Mapping[str, Sequence[Choice]]:
    """Every kind that leaves a choice, with its audiences."""
    found = {kind: choices(db, kind) for kind in KINDS}
    return {kind: each for kind, each in found.items() if each}


def _natural(value: str) -> list[tuple[int, int | str]]:
    """ "Kelompok 2" before "Kelompok 10"."""
    words = value.casefold().split()
    return [(0, int(word)) if word.isdigit() else (1, word) for word in words]
