"""What the rundown makes due goes out in waves: a look finds what falls due, batch by batch.

Each batch is a unit of work of its own, so that answers get in between. What almost everybody is
to be told is worked out once for each kind of member and put into the outbox by a statement for
hundreds of them. Of whom more is known, or who was told some of it already, is looked at alone.
A wave that breaks off is begun anew: its keys say who has been told.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.domain.agenda import Agenda
from bot.domain.reminders import TOLD_FOR, Due, due
from bot.services import reminding, talking
from bot.services.desk import Desk
from bot.services.prompting import AFTER_PROMPT, PROMPTED
from bot.store import deliveries, outbox, people, readers
from bot.store.readers import Kind, Reader

_AT_ONCE = 1_000
"""Members in one unit of work: somebody's answer waits for it."""
_BEFORE = timedelta(minutes=1)
"""A choice may be written so long after the instant that it bears."""
_EVER = datetime(2000, 1, 1, tzinfo=UTC)

_Words = dict[tuple[object, ...], dict[str, Any]]


@dataclass(frozen=True)
class Wave:
    """What falls due in ``(after, now]``, for whom, as far as that is the same for many."""

    after: datetime
    now: datetime
    common: Mapping[Kind, tuple[Due, ...]]
    """Messages to every settled member of a kind; their keys name nobody (0)."""
    settled_before: datetime
    """Who joined or chose something later (UTC) might be told less, or more."""
    only: tuple[int, ...] | None
    """None but these members, by id; None: everybody."""
    words: _Words = field(default_factory=dict)
    """The same words go to many people and are written once."""


def begin(db: Session, desk: Desk, *, after: datetime, now: datetime) -> Wave | None:
    """What falls due in the interval; None, and soon told, if nothing does for anybody."""
    agenda = desk.agenda
    changed = agenda.changed_at is not None and after <= agenda.changed_at <= now
    at = reminding.next_due(db, desk, after=after)
    new = tuple(readers.recent(db, after - _BEFORE))
    if not changed and (at is None or at > now):
        return Wave(after, now, {}, _EVER, new) if new else None
    common = _common(db, agenda, after=after, now=now)
    begun = [_first(message) for messages in common.values() for message in messages]
    settled_before = min([after - TOLD_FOR, *begun])
    if common:
        return Wave(after, now, common, settled_before, None)
    only = tuple(sorted({*new, *readers.special(db)}))
    return Wave(after, now, {}, _EVER, only) if only else None


def step(db: Session, desk: Desk, wave: Wave, beyond: int) -> tuple[int, int | None]:
    """Does the next members whose id is more than ``beyond``.

    Returns:
        how many rows were put into the outbox, and up to which id all is done; None: all is.
    """
    if wave.only is not None:
        begin = bisect_right(wave.only, beyond)
        ids = wave.only[begin : begin + _AT_ONCE]
        return _singly(db, desk, wave, ids), ids[-1] if len(ids) == _AT_ONCE else None
    found = readers.batch(db, beyond=beyond, limit=_AT_ONCE, settled_before=wave.settled_before)
    count = _together(db, desk, wave, found)
    return count, found[-1].id if len(found) == _AT_ONCE else None


def _common(
    db: Session, agenda: Agenda, *, after: datetime, now: datetime
) -> dict[Kind, tuple[Due, ...]]:
    found: dict[Kind, tuple[Due, ...]] = {}
    alike: dict[tuple[object, ...], tuple[Due, ...]] = {}
    for kind in readers.kinds(db):
        somebody = reminding.standing_for(kind, since=_EVER)
        same = somebody.general, somebody.digest, somebody.prompt, id(somebody.own(agenda))
        if same not in alike:
            alike[same] = tuple(due(agenda, [somebody], after=after, now=now))
        if alike[same]:
            found[kind] = alike[same]
    return found


def _first(message: Due) -> datetime:
    """The earliest instant that counts for whether somebody was there already."""
    if message.kind == "prompt":
        return min([message.due_at, *(session.end for session in message.sessions)])
    return message.due_at


def _together(db: Session, desk: Desk, wave: Wave, found: Sequence[Reader]) -> int:
    settled = [reader for reader in found if reader.settled and reader.kind in wave.common]
    single = [reader.id for reader in found if not reader.settled]
    attempt = db.begin_nested()
    count = _to_all(db, desk, wave, settled)
    if count == sum(len(each.keys) for one in settled for each in wave.common[one.kind]):
        attempt.commit()
    else:  # some were told some of it before, which changes what goes together
        attempt.rollback()
        new, partly = _untold(db, wave, settled)
        count = _to_all(db, desk, wave, new)
        single += partly
    return count + _singly(db, desk, wave, single)


def _untold(db: Session, wave: Wave, settled: Sequence[Reader]) -> tuple[list[Reader], list[int]]:
    """Of these, who was told nothing of it yet, and who some; not those who were told all."""
    keys = {
        reader.id: [key for message in wave.common[reader.kind] for key in _keys(message, reader)]
        for reader in settled
    }
    told = deliveries.known(db, [key for own in keys.values() for key in own])
    left = {id_: len(own) - len(told.intersection(own)) for id_, own in keys.items()}
    new = [reader for reader in settled if left[reader.id] == len(keys[reader.id])]
    return new, [id_ for id_, many in left.items() if 0 < many < len(keys[id_])]


def _to_all(db: Session, desk: Desk, wave: Wave, settled: Sequence[Reader]) -> int:
    same = defaultdict[tuple[Kind, str], list[Reader]](list)
    for reader in settled:
        same[reader.kind, reader.language].append(reader)
    return sum(
        _post(db, desk, wave, message, language, those)
        for (kind, language), those in same.items()
        for message in wave.common[kind]
    )


def _post(
    db: Session, desk: Desk, wave: Wave, message: Due, language: str, those: Sequence[Reader]
) -> int:
    """One message to these settled members."""
    ids, count = [reader.id for reader in those], 0
    for key in message.keys:
        words = _words(desk, wave, message, language) if key == message.keys[0] else None
        kind, _, about = key.split(":", 2)
        row = reminding.letter(desk, message, wave.now, key=about, words=words)
        count += outbox.enqueue_alike(db, row, ids, before=f"{kind}:", after=f":{about}")
    if message.kind == "prompt":
        _offer(db, wave, [reader.chat_id for reader in those])
    return count


def _singly(db: Session, desk: Desk, wave: Wave, ids: Sequence[int]) -> int:
    """Everything due to these members, each looked at alone."""
    persons = {person.id or 0: person for person in people.reachable_of(db, ids)} if ids else {}
    wanting = reminding.subscribers(db, persons.values())
    told: set[str] = set()
    asked: set[str] = set()
    while True:  # what was told changes what goes together, hence again
        messages = list(due(desk.agenda, wanting, after=wave.after, now=wave.now, told=told))
        keys = {key for message in messages for key in message.keys} - asked
        asked |= keys
        found = deliveries.known(db, list(keys))
        if not found:
            break
        told |= found
    rows = []
    for message in messages:
        person = persons[message.person_id]
        words = _words(desk, wave, message, person.language)
        rows += reminding.letters(desk, person, message, wave.now, words)
    _offer(db, wave, {row.chat_id for row in rows if row.kind == "prompt"})
    return outbox.enqueue(db, rows)


def _offer(db: Session, wave: Wave, chat_ids: Iterable[int]) -> None:
    """What these people say next is taken for their answer to the prompt."""
    talking.offer(db, chat_ids, PROMPTED, now=wave.now, until=wave.now + AFTER_PROMPT)


def _keys(message: Due, reader: Reader) -> list[str]:
    parts = [key.split(":", 2) for key in message.keys]
    return [f"{kind}:{reader.id}:{about}" for kind, _, about in parts]


def _words(desk: Desk, wave: Wave, message: Due, language: str) -> dict[str, Any]:
    ids = tuple(session.id for session in message.sessions)
    alike = (message.kind, message.day, message.due_at, message.evening, ids, language)
    if alike not in wave.words:
        wave.words[alike] = reminding.payload(desk, language, message, wave.now)
    return wave.words[alike]
