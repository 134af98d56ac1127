"""Export and deletion know every table that says something of a person."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Integer, Table, insert
from sqlalchemy import Enum as SqlEnum
from sqlmodel import Session, SQLModel, select

from bot.domain.document_orders import Order, What
from bot.domain.people import Role
from bot.store import document_orders, people, personal_data, retention
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.personal_data import HOLDINGS, IN_PART, NOT_PERSONAL
from bot.store.tables import Outbox, Person, Setting, UtcDateTime
from bot.store.tables.columns import IntEnumType, SealedJson
from tests.stores import database_url

NOW = datetime(2026, 1, 2, 3, tzinfo=UTC)
TABLES = {table.name: table for table in SQLModel.metadata.sorted_tables}
ABOVE = {"note", "commitment", "speaker_question"}
"""Tables of a person's rows: what hangs on these is the person's as well."""


def personal(table: Table) -> bool:
    """Whether a column names a person or a chat, or a row that does."""
    targets = {key.column.table.name for key in table.foreign_keys}
    chats = any(column.name.endswith("chat_id") for column in table.columns)
    return table.name == "person" or chats or bool(targets & {"person", *ABOVE})


def test_every_table_that_names_a_person_or_a_chat_is_exported_and_deleted_or_excused() -> None:
    known = {str(holding.table.__tablename__) for holding in HOLDINGS}
    known |= {str(table.__tablename__) for table in (*IN_PART, *NOT_PERSONAL)}
    needed = {name for name, table in TABLES.items() if personal(table)}
    assert needed - known == set(), "say in store/personal_data.py what becomes of these tables"
    assert all(reason for reason in NOT_PERSONAL.values())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    """An empty store."""
    opened = Database(database_url(tmp_path))
    migrate(opened.engine)
    yield opened
    opened.close()


class Life:
    """A row of every personal table for one person, each value recognisable as theirs."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.mark = f"zq{number}qz"
        self.chat_id = 7_000_000_000 + number
        self.person = Person(
            id=number,
            key=f"p{number}",
            name=f"Roster line {number}",
            role=Role.ORGANIZER,
            chat_id=self.chat_id,
            joined_at=NOW,
            consent_version="1/1",
            consented_at=NOW,
            reminder_minutes=5,
        )

    def lead(self, db: Session) -> None:
        """Writes them all."""
        db.add(self.person)
        db.flush()
        for name, table in TABLES.items():
            if personal(table) and name != "person":
                db.execute(insert(table).values(self.row(table)))

    def row(self, table: Table) -> dict[str, Any]:
        """Values for every column."""
        values = {c.name: self.value(table, c) for c in table.columns}
        if table.name == "broadcast":
            values["state"] = "done"
        if table.name == "outbox":
            values |= {"kind": "broadcast", "method": "copyMessage", "claimed_by": None}
        if table.name == "inbox":
            values["body"] = {"message": {"chat": {"id": self.chat_id}, "text": self.mark}}
        return values

    def value(self, table: Table, column: Column[Any]) -> Any:
        """One of a kind that the column takes."""
        kind = column.type
        target = next(iter(column.foreign_keys), None)
        if target is not None or (column.primary_key and isinstance(kind, Integer | BigInteger)):
            return self.chat_id if column.name == "chat_id" else self.number
        if column.name.endswith("chat_id"):
            return self.chat_id
        if isinstance(kind, SealedJson | JSON):
            return {"text": self.mark}
        if isinstance(kind, UtcDateTime):
            return NOW
        if isinstance(kind, IntEnumType):
            return list[IntEnum](kind.kind)[0]
        if isinstance(kind, SqlEnum):
            assert kind.enum_class is not None
            return list[StrEnum](kind.enum_class)[-1]
        if isinstance(kind, Boolean):
            return False
        if isinstance(kind, Date):
            return date(2026, 1, 2)
        if isinstance(kind, Integer | BigInteger):
            return self.number
        return f"{self.mark}-{table.name}-{column.name}"


FIRST, SECOND = Life(11), Life(12)


def _two_lives(db: Session) -> None:
    for life in (FIRST, SECOND):
        life.person = Life(life.number).person
        life.lead(db)


def _person(db: Session, life: Life) -> Person:
    person = people.get(db, life.number)
    assert person is not None
    return person


def test_the_export_holds_something_of_every_table_and_nothing_of_anybody_else(
    store: Database,
) -> None:
    store.write_now(_two_lives)
    found = store.read_now(lambda db: personal_data.export(db, _person(db, FIRST)))
    excused = {str(table.__tablename__) for table in NOT_PERSONAL}
    assert found.keys() == {n for n, table in TABLES.items() if personal(table)} - excused
    words = json.dumps(found)
    without = {
        "outbox",
        "person",
        "poll_vote",
        "rating",
        "receipt",
        "session_reminder",
        "wrong_code",
        "wrong_invite",
    }
    for name in found.keys() - without:
        assert FIRST.mark in json.dumps(found[name]), name
    assert SECOND.mark not in words
    assert str(SECOND.chat_id) not in words
    assert SECOND.person.name not in words


@pytest.mark.sqlite  # files of a server are the server's
def test_after_deletion_no_file_of_the_store_holds_a_word_of_it(
    store: Database, tmp_path: Path
) -> None:
    store.write_now(_two_lives)
    before = store.read_now(lambda db: personal_data.export(db, _person(db, SECOND)))
    erased = store.write_now(lambda db: personal_data.erase(db, _person(db, FIRST), now=NOW))
    assert erased.digests == {f"{FIRST.mark}-attachment-digest"}
    assert store.scrub_now()
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    kept = _kept(store)
    for line in kept:
        held = held.replace(line, b"")
    assert re.findall(FIRST.mark.encode() + rb"[-\w]*", held) == []
    assert str(FIRST.chat_id).encode() not in held
    assert FIRST.chat_id.to_bytes(8, "big").lstrip(b"\0") not in held
    assert SECOND.mark.encode() in held
    assert before == store.read_now(lambda db: personal_data.export(db, _person(db, SECOND)))


def _kept(store: Database) -> list[bytes]:
    """What an organizer did to the event itself, which is the event's: the only words left."""
    columns = {
        "broadcast": ("kind", "content", "title", "html", "audience", "urgent_reason", "validity"),
        "agenda_version": tuple(c.name for c in TABLES["agenda_version"].columns),
        "poll": tuple(c.name for c in TABLES["poll"].columns),
        "material": tuple(c.name for c in TABLES["material"].columns),
        "agenda_edit": tuple(c.name for c in TABLES["agenda_edit"].columns),
    }
    values = [
        FIRST.value(TABLES[table], TABLES[table].c[name])
        for table, names in columns.items()
        for name in names
    ]
    texts = [json.dumps(each) if isinstance(each, dict) else str(each) for each in values]
    return [text.encode() for text in texts if FIRST.mark in text]


def _alone(db: Session, name: str) -> None:
    """Only this one row of the first person's; what it needs besides is the second's."""
    for life in (FIRST, SECOND):
        life.person = Life(life.number).person
        db.add(life.person)
    db.flush()
    table = TABLES[name]
    for key in table.foreign_keys:
        needed = key.column.table
        if needed.name != "person":
            life = FIRST if needed.name in ABOVE else SECOND
            row = life.row(needed) | {key.column.name: FIRST.row(table)[key.parent.name]}
            db.execute(insert(needed).values(row))
    row = FIRST.row(table)
    if name == "outbox":
        row |= {"broadcast_id": None, "kind": "reminder"}
    db.execute(insert(table).values(row))
    db.flush()


def test_the_end_of_personal_data_finds_people_by_any_single_row_and_then_no_more(
    store: Database,
) -> None:
    emptied = {"inbox", *(str(table.__tablename__) for table in NOT_PERSONAL)}
    for name in {name for name, table in TABLES.items() if personal(table)} - emptied - {"person"}:
        with Session(store.engine) as db:
            _alone(db, name)
            assert FIRST.number in retention.owners(db), name
            personal_data.erase(db, FIRST.person, now=NOW, account=False)
            assert FIRST.number not in retention.owners(db), name


def test_the_line_of_the_roster_stays_as_it_was_before_the_person_came(store: Database) -> None:
    store.write_now(_two_lives)
    store.write_now(lambda db: personal_data.erase(db, _person(db, FIRST), now=NOW))
    left = store.read_now(lambda db: _person(db, FIRST))
    fresh = Person(id=11, key="p11", name="Roster line 11", role=Role.ORGANIZER)
    assert left.model_dump() == fresh.model_dump()


def test_a_copy_of_an_announcement_stays_to_be_counted_by(store: Database) -> None:
    store.write_now(_two_lives)
    store.write_now(lambda db: personal_data.erase(db, _person(db, FIRST), now=NOW))
    rows = store.read_now(lambda db: db.exec(select(Outbox).order_by(Outbox.key)).all())
    gone = next(row for row in rows if row.broadcast_id == 11)
    assert (gone.person_id, gone.chat_id, gone.payload, gone.message_id) == (None, 0, {}, None)
    assert len(rows) == 2


def test_what_organizers_were_told_of_the_person_is_blanked(store: Database) -> None:
    def alert(db: Session, number: int, key: str, words: str, **facts: Any) -> None:
        row = FIRST.row(TABLES["outbox"]) | {
            "id": number,
            "key": key,
            "kind": "alert",
            "person_id": 12,
            "chat_id": SECOND.chat_id,
            "broadcast_id": None,
            "payload": {"text": words},
        }
        db.execute(insert(TABLES["outbox"]).values(row | facts))

    def tell(db: Session) -> None:
        _two_lives(db)
        done, waiting = {"status": "delivered"}, {"status": "pending"}
        alert(db, 21, "alert:alert.question:11:5:12", "Kapan?", **done)
        alert(db, 22, "alert:alert.question:11:6:12", "Di mana?", **waiting)
        alert(db, 23, "alert:alert.undelivered:9:12", "Roster line 11: blocked", **done)
        alert(db, 24, "alert:alert.undelivered:10:12", "Roster line 11, 12: blocked", **waiting)
        alert(db, 25, "alert:alert.question:12:11:12", "Sampai kapan?", **waiting)
        personal_data.erase(db, _person(db, FIRST), now=NOW)

    store.write_now(tell)
    rows = store.read_now(lambda db: db.exec(select(Outbox).where(Outbox.kind == "alert")).all())
    left = {row.id: (row.status.value, row.payload.get("text")) for row in rows}
    assert left == {
        21: ("delivered", None),
        22: ("cancelled", None),
        23: ("delivered", None),
        24: ("pending", "…, 12: blocked"),
        25: ("pending", "Sampai kapan?"),
    }


def test_documents_that_the_person_waits_for_are_told_and_called_off(store: Database) -> None:
    def order(db: Session) -> None:
        _two_lives(db)
        for life in (FIRST, SECOND):
            wanted = Order(life.number, life.chat_id, What.BOOKLET, "pdf", "id", NOW)
            document_orders.add(db, wanted)

    store.write_now(order)
    found = store.read_now(lambda db: personal_data.export(db, _person(db, FIRST)))
    assert [each["form"] for each in found["document_order"]] == ["pdf"]
    store.write_now(lambda db: personal_data.erase(db, _person(db, FIRST), now=NOW))
    assert [each.person_id for each in store.read_now(document_orders.waiting)] == [12]


def test_nothing_is_deleted_while_an_announcement_is_on_its_way(store: Database) -> None:
    def send(db: Session) -> bool:
        _two_lives(db)
        before = personal_data.announcing(db, _person(db, FIRST))
        db.execute(TABLES["broadcast"].update().values(state="sending"))
        return before or not personal_data.announcing(db, _person(db, FIRST))

    assert store.write_now(send) is False
    assert store.read_now(lambda db: db.get(Setting, "erase_deleted")) is None
