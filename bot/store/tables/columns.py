"""Column types that tables share. Instants are stored in UTC and come back aware."""

import json
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Enum, Text
from sqlalchemy import Integer as SqlInteger
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field

from bot.store.sealing import Keyring


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


class SealedText(TypeDecorator[str]):
    """A text that people wrote: sealed on its way to the database where the settings hold a key.

    The keyring is lent to the engine's dialect by ``Database``, so that several stores with
    different keys live in one process. Such a column cannot be searched by SQL.
    """

    impl = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        """``place`` is table and column, for good: under another name it does not open."""
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seals it."""
        return None if value is None else keyring_of(dialect).seal(value, self.place)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Opens it."""
        return None if value is None else keyring_of(dialect).open(value, self.place)


class SealedJson(TypeDecorator[dict[str, Any]]):
    """As ``SealedText`` for a JSON object: sealed it is a JSON string, plain the object itself."""

    impl = JSON
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__(none_as_null=True)
        self.place = place

    def process_bind_param(
        self, value: dict[str, Any] | None, dialect: Dialect
    ) -> dict[str, Any] | str | None:
        """Seals it."""
        keyring = keyring_of(dialect)
        if value is None or keyring.writes_with is None:
            return value
        return keyring.seal(json.dumps(value, ensure_ascii=False), self.place)

    def process_result_value(
        self, value: dict[str, Any] | str | None, dialect: Dialect
    ) -> dict[str, Any] | None:
        """Opens it."""
        if not isinstance(value, str):
            return value
        opened: dict[str, Any] = json.loads(keyring_of(dialect).open(value, self.place))
        return opened


def lend_keyring(dialect: Dialect, keyring: Keyring) -> None:
    """Everything that goes through this dialect is sealed and opened with these keys."""
    dialect.mandala_keyring = keyring  # type: ignore[attr-defined]  # ours, beside SQLAlchemy's


def keyring_of(dialect: Dialect) -> Keyring:
    """The keyring lent to the dialect; an empty one where none was."""
    lent: Keyring = getattr(dialect, "mandala_keyring", _NO_KEYS)
    return lent


_NO_KEYS = Keyring()


def words(kind: type[StrEnum]) -> Enum:
    """A StrEnum kept as its word, without a database type that would need migrating."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def sealed(place: str) -> Column[str]:
    """A column for what people wrote; ``place`` is its table and name."""
    return Column(SealedText(place), nullable=False)


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
