"""``INSERT ... ON CONFLICT``, which SQLAlchemy words per database."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


def insert(db: Session, model: type[SQLModel]) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT into the model's table that knows ``on_conflict_do_nothing``."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel does not declare it
    made: Any = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    statement: sqlite.Insert | postgresql.Insert = made.insert(table)
    return statement
