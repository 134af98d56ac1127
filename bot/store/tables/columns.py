"""Column types that tables share. Instants are stored in UTC and come back aware."""

from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Enum
from sqlalchemy import Integer as SqlInteger
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite has no zone of its own, so it is put back on reading.

    Raises:
        ValueError: a naive datetime is written; it would mean a different instant on each host.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses naive values and turns the rest into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime must not reach the store")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Puts UTC back where the database dropped it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class IntEnumType(TypeDecorator[IntEnum]):
    """An IntEnum kept as its number, so that rows sort by it."""

    impl = SqlInteger
    cache_ok = True

    def __init__(self, kind: type[IntEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_result_value(self, value: int | None, dialect: Dialect) -> IntEnum | None:
        """The member with this number."""
        return None if value is None else self.kind(value)


def words(kind: type[StrEnum]) -> Enum:
    """A StrEnum kept as its word, without a database type that would need migrating."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def instant(*, index: bool = False, optional: bool = False) -> Any:
    """A column for an instant in UTC."""
    return Field(
        default=None if optional else ...,
        sa_column=Column(UtcDateTime(), nullable=optional, index=index),
    )


def telegram_id(*, unique: bool = False, optional: bool = True, key: bool = False) -> Any:
    """A column for an id that Telegram gives; those exceed 32 bits."""
    return Field(
        default=None if optional else ...,
        sa_column=Column(
            BigInteger(),
            nullable=optional,
            unique=unique or None,
            primary_key=key,
            autoincrement=False if key else "auto",
        ),
    )
