"""Whom an announcement is for."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.domain.people import Role
from bot.services import audiences
from bot.services.audiences import Audience
from bot.store import recipients
from bot.store.database import Database
from bot.store.migrating import migrate
from bot.store.tables import Person
from tests.stores import database_url

NOON = datetime(2025, 11, 4, 5, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(database_url(tmp_path))
    migrate(database.engine)
    database.write_now(_fill)
    yield database
    database.close()


def _fill(db: Session) -> None:
    groups = ("Kelompok 10", "Kelompok 2", "Kelompok 2", None)
    for number, group in enumerate(groups, start=1):
        db.add(
            Person(
                key=f"p{number}",
                name=f"Orang {number}",
                role=Role.ORGANIZER if group is None else Role.PARTICIPANT,
                agency="Dinas: Umum, 100% <aneh>",
                group=group,
                chat_id=None if number == 3 else 100 + number,
                joined_at=None if number == 3 else NOON,
            )
        )


def test_choices_stand_in_the_order_people_expect(db: Database) -> None:
    found = db.read_now(audiences.choices, "group")
    assert [(each.name, each.count) for each in found] == [("Kelompok 2", 1), ("Kelompok 10", 1)]


def test_any_value_survives_being_stored_and_pressed(db: Database) -> None:
    [choice] = db.read_now(audiences.choices, "agency")
    assert Audience.parse(str(choice.audience)) == choice.audience
    assert db.read_now(audiences.chosen, "agency", choice.audience.ref) == choice.audience
    assert db.read_now(audiences.chosen, "agency", "aaaaaaaa") is None
    assert len(db.read_now(recipients.names, str(choice.audience))) == 3


def test_who_has_not_joined_is_counted_apart(db: Database) -> None:
    audience = Audience("group", "Kelompok 2")
    assert db.read_now(recipients.names, str(audience)) == ["Orang 2"]
    assert db.read_now(audiences.waiting, audience) == 1
    assert db.read_now(audiences.waiting, Audience()) == 1


def test_kinds_that_nobody_belongs_to_are_not_offered(db: Database) -> None:
    assert list(db.read_now(audiences.offered)) == ["group", "agency", "role"]
