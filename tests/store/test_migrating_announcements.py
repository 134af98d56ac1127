"""An announcement of the first version stays what it was."""

from pathlib import Path

from alembic import command
from sqlalchemy import text
from sqlmodel import Session

from bot.services import broadcasting
from bot.store import migrating
from bot.store.database import Database
from tests.stores import database_url

_PERSON = """
INSERT INTO person (id, "key", name, role, removed, invite_generation, chat_id, joined_at,
                    language, digest, prompt)
VALUES (1, 'o1', 'Panitia', 'organizer', FALSE, 1, 77, '2025-11-04 01:00:00', 'id', TRUE, TRUE)
"""
_BROADCAST = """
INSERT INTO broadcast (id, author_id, state, source_chat_id, source_message_id, audience,
                       created_at, confirmed_at)
VALUES (1, 1, 'sending', 77, 5, 'all', '2025-11-04 05:00:00', '2025-11-04 05:01:00')
"""
_ROW = """
INSERT INTO outbox ("key", lane, kind, person_id, chat_id, broadcast_id, method, payload,
                    created_at, due_at, ready_at, status, attempts)
VALUES ('broadcast:1:1', 3, 'broadcast', 1, 77, 1, 'copyMessage', '{}', '2025-11-04 05:01:00',
        '2025-11-04 05:01:00', '2025-11-04 05:01:00', 'delivered', 1)
"""


def test_rows_of_the_first_version_are_read_by_this_one_and_back(tmp_path: Path) -> None:
    db = Database(database_url(tmp_path, empty=True))
    with db.engine.begin() as connection:
        command.upgrade(migrating._config(connection), "0001")
        for statement in (_PERSON, _BROADCAST, _ROW):
            connection.execute(text(statement))
    migrating.migrate(db.engine)
    report = db.read_now(_report)
    assert report is not None
    assert (report.delivered, report.total) == (1, 1)
    assert report.broadcast.kind == "notice"
    assert report.broadcast.progress_chat_id == 77
    assert report.broadcast.release_at == report.broadcast.confirmed_at
    with db.engine.begin() as connection:
        migrating.go_back(connection, "0001")
        assert connection.execute(text("SELECT count(*) FROM broadcast")).scalar() == 1
    db.close()


def _report(db: Session) -> broadcasting.Report | None:
    return broadcasting.report(db, 1)
