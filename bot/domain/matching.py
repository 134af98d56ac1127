"""Which session of a newly read schedule is which of the agenda we have, so that ids stay.

Reminders, favourites and notes hang on ids. Ids that the source itself brings (guid, uid) are
believed first; then the same title, nearest in time; then what stands at the same time in the same
room under nearly the same title.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from dataclasses import fields, replace
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from bot.domain.agenda import Agenda, Kind, Material, Session

_ALIKE = 70
"""Least similarity (0 to 100) of two titles at the same time and place that are one session."""
_TOLD = frozenset({"id", "title", "start", "end", "kind", "room", "speakers", "description"})
"""What a schedule says of a session; every other field is the organizers' own."""
_Pair = tuple[Session, Session]


def adopt(old: Agenda, new: Agenda, *, own_ids: Container[str] = ()) -> Agenda:
    """``new`` with the ids of ``old`` wherever both mean the same session.

    What the organizers added to a session (dress, what to bring, guiding question, aliases,
    materials, its kind) is kept, as are sessions called off that the schedule leaves out, and
    every field about which the whole new schedule is silent, such as speakers where it has no
    column for them. The event stays the old one: a schedule says what happens when, not how the
    bot is set up.

    Args:
        own_ids: the ids that stand in the new schedule itself; others were made of titles.
    """
    pairs = {now.id: was for was, now in _pairs(old, new, own_ids)}
    silent = {
        f.name
        for f in fields(Session)
        if f.init and all(getattr(s, f.name) == f.default for s in new.sessions)
    }
    known_ids = {was.id for was in pairs.values()}
    off = tuple(s for s in old.cancelled if s.id not in known_ids)
    taken = known_ids | {s.id for s in off}
    sessions = []
    for session in new.sessions:
        known = pairs.get(session.id)
        if known is None:
            session = replace(session, id=_free(session.id, taken))  # noqa: PLW2901  # same one
        else:
            session = _filled(session, known, silent)  # noqa: PLW2901  # still the same session
        taken.add(session.id)
        sessions.append(session)
    return Agenda(old.event, tuple(sessions), old.version, old.changed_at, off)


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _filled(session: Session, known: Session, silent: set[str]) -> Session:
    """``session`` under the id of ``known``, with all of it that the schedule cannot say."""
    kept = {
        f.name: getattr(known, f.name)
        for f in fields(session)
        if f.init
        and f.name != "cancelled"  # what a schedule has takes place
        and getattr(session, f.name) == f.default
        and (f.name not in _TOLD or f.name in silent)
    }
    links = {m.url for m in session.materials}
    more: tuple[Material, ...] = tuple(m for m in known.materials if m.url not in links)
    if more and session.materials:
        kept["materials"] = session.materials + more
    if known.kind is not Kind.OTHER:
        kept["kind"] = known.kind
    return replace(session, id=known.id, **kept)


def _pairs(old: Agenda, new: Agenda, own_ids: Container[str]) -> list[_Pair]:
    """Sessions that are in both, as they were and as they are."""
    left = {s.id: s for s in (*old.sessions, *old.cancelled)}
    coming = {s.id: s for s in new.sessions}
    pairs: list[_Pair] = []

    def settle(found: list[_Pair]) -> None:
        pairs.extend(found)
        for was, now in found:
            del left[was.id], coming[now.id]

    settle([(left[i], coming[i]) for i in coming if i in left and i in own_ids])
    settle(_by_title(left, coming, pairs))
    settle(list(_by_place(left, coming)))
    return pairs


def _by_title(
    left: dict[str, Session], coming: dict[str, Session], sure: list[_Pair]
) -> list[_Pair]:
    """Same title. Of several those closest in time, in the same room: all coffee breaks alike."""
    titled: defaultdict[str, tuple[list[Session], list[Session]]] = defaultdict(lambda: ([], []))
    for was in left.values():
        titled[_plain(was.title)][0].append(was)
    for now in coming.values():
        titled[_plain(now.title)][1].append(now)
    found = [(a[0], b[0]) for a, b in titled.values() if len(a) == 1 == len(b)]
    shift = _common_shift([*sure, *found])
    for several, nows in titled.values():
        if len(several) > 1 or len(nows) > 1:
            found += _nearest(several, nows, shift)
    return found


def _nearest(olds: list[Session], news: list[Session], shift: timedelta) -> list[_Pair]:
    """Pairs of equal titles: those that stand where they should, then the closest in time."""
    there = {(was.start + shift, was.room): was for was in olds}
    found: list[_Pair] = []
    for now in news:
        was = there.pop((now.start, now.room), None)
        if was is not None:
            found.append((was, now))
    done = {id(session) for pair in found for session in pair}
    rest = [was for was in olds if id(was) not in done]
    close = sorted(
        (abs(now.start - was.start - shift), was.room != now.room, m, n)
        for m, was in enumerate(rest)
        for n, now in enumerate(news)
        if id(now) not in done
    )
    for *_, m, n in close:
        was, now = rest[m], news[n]
        if id(was) not in done and id(now) not in done:
            done |= {id(was), id(now)}
            found.append((was, now))
    return found


def _common_shift(pairs: list[_Pair]) -> timedelta:
    """By how much most sure pairs moved: an event put off by a week takes its breaks along."""
    shifts = Counter(now.start - was.start for was, now in pairs)
    shift, count = shifts.most_common(1)[0] if shifts else (timedelta(0), 0)
    return shift if 2 * count > len(pairs) else timedelta(0)


def _by_place(left: dict[str, Session], coming: dict[str, Session]) -> Iterator[_Pair]:
    """Same time and room, and a title that was only reworded."""
    at: dict[tuple[datetime, str | None], Session] = {(s.start, s.room): s for s in left.values()}
    for now in coming.values():
        was = at.get((now.start, now.room))
        if was and fuzz.token_set_ratio(_plain(was.title), _plain(now.title)) >= _ALIKE:
            del at[was.start, was.room]
            yield was, now


def _plain(title: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", title.casefold()).split())
