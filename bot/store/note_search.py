"""The index of the words of notes: FTS5 on SQLite, tsvector on PostgreSQL.

Every word stands in it under its owner's number (``17xkata``), so that the index itself answers
for one person alone, however many notes others have. It is kept by the functions of
``store.notes`` that write notes; ``refresh`` at each start brings it up to date with the program,
and leaves it empty where notes are unreadable at rest. Then the owner's notes themselves are
searched, as also before the first ``refresh``; what was decrypted for that stays in memory.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from sys import getsizeof
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, String, bindparam, func, text
from sqlmodel import Session, col, select

from bot.domain import search as searching
from bot.store.sealing import SEALED_TEXT
from bot.store.tables import Note, Setting

_EDITION = "1"
"""Counted up when ``domain.search.words`` comes to give other words: the index is made anew."""
_EMPTY = "none"
KEPT = "search_index"
"""Name of the setting that says which index the store keeps."""
_KEPT_EDITION = select(col(Setting.value)).where(col(Setting.name) == KEPT)
_AT_ONCE = 500
_POSITIONS = 16_383
"""The farthest place in a text that a tsvector knows."""
_OCCURRENCES = 255
"""Places of one word that a tsvector keeps."""


def search(db: Session, person_id: int, wanted: Sequence[str]) -> list[int]:
    """Ids of the person's own notes that hold all the words, the best first, then the newest.

    Args:
        wanted: as ``domain.search.asked`` gives them; none finds nothing.
    """
    if not wanted:
        return []
    if _kept(db) != _EDITION:
        return _read_through(db, person_id, wanted)
    statement, terms = (_FIND_SQLITE, _match) if _sqlite(db) else (_FIND_POSTGRESQL, _tsquery)
    found = db.connection().execute(statement, {"terms": terms(person_id, wanted)})
    return list(found.scalars().all())


def put(db: Session, notes: Iterable[Note], *, fresh: bool = False) -> None:
    """Indexes these notes as they are now: again after each change, not at all when deleted.

    Args:
        fresh: they were not there before.
    """
    several = list(notes)
    if not fresh:
        drop(db, [note.id or 0 for note in several])
    alive = [note for note in several if note.deleted_at is None and note.text]
    if not alive or _kept(db) != _EDITION:
        return
    sqlite = _sqlite(db)
    rows = [
        {"id": note.id, "words": (_words if sqlite else _tsvector)(note.person_id, note.text)}
        for note in alive
    ]
    db.connection().execute(_PUT_SQLITE if sqlite else _PUT_POSTGRESQL, rows)


def drop(db: Session, note_ids: Iterable[int]) -> None:
    """Takes notes out of the index. SQLite forgets the words themselves with ``purge``."""
    rows = [{"id": note_id} for note_id in note_ids]
    if rows:
        _opened(db).forget(row["id"] for row in rows)
        db.connection().execute(_DROP_SQLITE if _sqlite(db) else _DROP_POSTGRESQL, rows)


def refresh(db: Session, *, readable: bool = True) -> None:
    """Makes the index anew where it is not the one that this program keeps.

    Args:
        readable: whether words may stand in the store at all; else the index is emptied.
    """
    wanted = _EDITION if readable else _EMPTY
    if _kept(db) == wanted:
        return
    db.connection().execute(text("DELETE FROM note_search"))
    db.merge(Setting(name=KEPT, value=wanted))
    db.flush()
    last = 0
    while readable:
        query = select(Note).where(col(Note.id) > last).order_by(col(Note.id)).limit(_AT_ONCE)
        batch = db.exec(query).all()
        if not batch:
            return
        put(db, batch)
        last = batch[-1].id or 0
        for note in batch:
            db.expunge(note)


def purge(db: Session) -> None:
    """Rewrites the index of SQLite, which marks words as dropped but keeps them until then."""
    if _sqlite(db):
        db.connection().execute(text("INSERT INTO note_search (note_search) VALUES ('optimize')"))


_FIND_SQLITE = text(
    "SELECT rowid FROM note_search WHERE note_search MATCH :terms ORDER BY rank, rowid DESC"
)
_FIND_POSTGRESQL = text(
    "SELECT note_id FROM note_search, CAST(:terms AS tsquery) AS terms WHERE words @@ terms"
    " ORDER BY ts_rank(words, terms, 1) DESC, note_id DESC"
)
_PUT_SQLITE = text("INSERT INTO note_search (rowid, words) VALUES (:id, :words)")
_PUT_POSTGRESQL = text(
    "INSERT INTO note_search (note_id, words) VALUES (:id, CAST(:words AS tsvector))"
)
_DROP_SQLITE = text("DELETE FROM note_search WHERE rowid = :id")
_DROP_POSTGRESQL = text("DELETE FROM note_search WHERE note_id = :id")


def _kept(db: Session) -> str | None:
    found: str | None = db.connection().execute(_KEPT_EDITION).scalar()
    return found


def _sqlite(db: Session) -> bool:
    return db.get_bind().dialect.name == "sqlite"


def _term(person_id: int, word: str) -> str:
    """The word as the index has it: letters and digits, so it needs no escaping anywhere."""
    return f"{person_id}x{word}"


def _words(person_id: int, written: str) -> str:
    return " ".join(_term(person_id, word) for word in searching.words(written))


def _match(person_id: int, wanted: Iterable[str]) -> str:
    """Whole words count beside the prefix, so that they rank before longer ones."""
    return " AND ".join(
        f'("{term}" OR "{term}"*)' if prefix else f'"{term}"'
        for term, prefix in _terms(person_id, wanted)
    )


def _tsquery(person_id: int, wanted: Iterable[str]) -> str:
    return " & ".join(
        f"('{term}' | '{term}':*)" if prefix else f"'{term}'"
        for term, prefix in _terms(person_id, wanted)
    )


def _terms(person_id: int, wanted: Iterable[str]) -> list[tuple[str, bool]]:
    return [(_term(person_id, word), len(word) >= searching.WHOLE_BELOW) for word in wanted]


def _tsvector(person_id: int, written: str) -> str:
    places: dict[str, list[str]] = {}
    for place, word in enumerate(searching.words(written), start=1):
        seen = places.setdefault(word, [])
        if not seen or (place <= _POSITIONS and len(seen) < _OCCURRENCES):
            seen.append(str(min(place, _POSITIONS)))
    return " ".join(
        f"'{_term(person_id, word)}':{','.join(seen)}" for word, seen in places.items()
    )


def _read_through(db: Session, person_id: int, wanted: Sequence[str]) -> list[int]:
    """Looks through all of the owner's notes themselves.

    What had to be decrypted for that is remembered. A sealed text begins differently each time it
    is written, so its beginning tells whether what is remembered is still what stands there.
    """
    opened = _opened(db)
    known = opened.of(person_id)
    marks: dict[int, str] = dict(_pairs(db, _BEGINNINGS, {"person": person_id}))
    stale = [n for n, mark in marks.items() if known.get(n, _UNKNOWN)[0] != mark]
    hays = {n: hay for n, (_, hay) in known.items() if n in marks}
    for first in range(0, len(stale), _AT_ONCE):
        some = _TEXTS.where(col(Note.id).in_(stale[first : first + _AT_ONCE]))
        hays |= {n: searching.hay(written) for n, written in _pairs(db, some)}
    sealed = {n: (marks[n], hay) for n, hay in hays.items() if marks[n].startswith(SEALED_TEXT)}
    opened.keep(person_id, sealed)
    scores = [(searching.score(hay, wanted), n) for n, hay in hays.items()]
    return [number for points, number in sorted(scores, reverse=True) if points > 0]


def _pairs(db: Session, query: Any, facts: dict[str, int] | None = None) -> Iterable[Any]:
    return db.connection().execute(query, facts).all()


_MARK = 64
"""Characters of a sealed text that tell it from all others: its key and more than its nonce."""
_BEGINNINGS = select(
    col(Note.id), func.substr(col(Note.text), 1, _MARK, type_=String()).label("mark")
).where(col(Note.person_id) == bindparam("person"), col(Note.deleted_at).is_(None))
_TEXTS = select(col(Note.id), col(Note.text))
_UNKNOWN = ("", "")
_REMEMBERED = 64_000_000
"""Bytes of notes that are remembered; the most recently searched, of whole persons."""


_Hay = dict[int, tuple[str, str]]
"""Somebody's notes by id: how the stored text begins, and what is searched."""


class _Opened:
    """Notes that were decrypted to be searched: in this process's memory and nowhere else."""

    def __init__(self) -> None:
        self._of: OrderedDict[int, tuple[_Hay, int]] = OrderedDict()
        self._lock = Lock()

    def of(self, person_id: int) -> _Hay:
        """What is remembered of this person's notes."""
        with self._lock:
            return self._of.get(person_id, ({}, 0))[0]

    def keep(self, person_id: int, notes: _Hay) -> None:
        """These are the person's notes now; who searched longest ago is forgotten."""
        with self._lock:
            self._put(person_id, notes)
            self._of.move_to_end(person_id)
            size = sum(held for _, held in self._of.values())
            while size > _REMEMBERED and len(self._of) > 1:
                _, (_, held) = self._of.popitem(last=False)
                size -= held

    def forget(self, note_ids: Iterable[int]) -> None:
        """What was deleted or written anew is not remembered either."""
        gone = set(note_ids)
        with self._lock:
            for person_id, (held, _) in self._of.items():
                if not gone.isdisjoint(held):
                    self._put(person_id, {n: held[n] for n in held.keys() - gone})

    def _put(self, person_id: int, notes: _Hay) -> None:
        self._of[person_id] = notes, sum(getsizeof(hay) for _, hay in notes.values())


_OPENED: WeakKeyDictionary[Dialect, _Opened] = WeakKeyDictionary()
"""Of each store that is open; its dialect is what all its connections share."""


def _opened(db: Session) -> _Opened:
    return _OPENED.setdefault(db.get_bind().dialect, _Opened())
