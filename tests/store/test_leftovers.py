"""Drafts do not fill the store, and what was sent or is being written stays."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, SQLModel, col, select

from bot.domain.people import Role
from bot.services import housekeeping
from bot.store.database import Database
from bot.store.tables import AgendaEdit, Broadcast, CommitmentDraft, Person, RosterDraft
from tests.stores import database_url

NOON = datetime(2026, 3, 20, 5, tzinfo=UTC)
STATES = ("draft", "sending", "done", "discarded")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(database_url(tmp_path))
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.close()


def _leave(db: Session) -> None:
    db.add(Person(id=1, key="o", name="O", role=Role.ORGANIZER))
    db.flush()
    for days in (1, 5):
        at = NOON - timedelta(days=days)
        for state in ("draft", "applied", "dropped"):
            db.add(
                RosterDraft(
                    author_id=1, base=state, roster={"people": []}, state=state, created_at=at
                )
            )
            db.add(AgendaEdit(author_id=1, base_version=1, edit={}, state=state, created_at=at))
        for state in STATES:
            db.add(
                Broadcast(
                    author_id=1, state=state, source_chat_id=1, source_message_id=days,
                    created_at=at,
                )
            )  # fmt: skip
        long_ago = NOON - timedelta(days=40 * days)
        db.add(CommitmentDraft(person_id=1, key=f"m{days}", updated_at=long_ago))


def test_old_drafts_go_and_what_was_sent_or_is_recent_stays(db: Database) -> None:
    db.write_now(_leave)
    db.write_now(housekeeping.tidy, now=NOON)
    with Session(db.engine) as left:
        rosters = left.exec(select(RosterDraft).order_by(col(RosterDraft.id))).all()
        assert [one.state for one in rosters] == ["draft", "applied", "dropped", "draft"]
        assert len(left.exec(select(AgendaEdit)).all()) == 3
        sent = left.exec(select(Broadcast).order_by(col(Broadcast.id))).all()
        assert [(one.source_message_id, one.state) for one in sent] == [
            *((1, state) for state in STATES),
            (5, "sending"),
            (5, "done"),
        ]
        assert [one.key for one in left.exec(select(CommitmentDraft)).all()] == ["m1"]
    db.write_now(housekeeping.tidy, now=NOON + timedelta(days=28))
    with Session(db.engine) as left:
        assert [one.state for one in left.exec(select(RosterDraft)).all()] == ["draft"]
