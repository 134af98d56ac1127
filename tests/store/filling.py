"""Rows of every kind in every table, for tests that move a whole store."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Enum, Integer, insert
from sqlmodel import Session, SQLModel

from bot.store.tables.columns import IntEnumType, SealedJson, UtcDateTime

NOON = datetime(2025, 11, 4, 5, 0, 0, 123456, tzinfo=UTC)
ROWS = 3
"""In each table; in the last of them everything is empty that may be."""


def fill(db: Session) -> None:
    """Fills tables that are empty."""
    for table in SQLModel.metadata.sorted_tables:
        rows = [
            {column.key: _value(column, number) for column in table.columns}
            for number in range(1, ROWS + 1)
        ]
        db.execute(insert(table), rows)


def _value(column: Column[Any], number: int) -> Any:
    """Something that the column can hold, in every row another."""
    kind = column.type
    if column.nullable and number == ROWS:
        return None
    if isinstance(kind, Boolean):
        return bool(number % 2)
    if isinstance(kind, Enum):
        return next(iter(kind.python_type)) if kind.enum_class else kind.enums[0]
    if isinstance(kind, IntEnumType):
        return next(iter(kind.kind))
    if isinstance(kind, UtcDateTime):
        return NOON + timedelta(days=number)
    if isinstance(kind, Date):
        return date(2025, 11, number)
    if isinstance(kind, JSON | SealedJson):
        return {"teks": f"“{number}” 🙏 \\ \n", "list": [number, None, True, 1.5]}
    if isinstance(kind, BigInteger) and column.name != "id" and not column.foreign_keys:
        return 2**40 + number
    if isinstance(kind, Integer) or kind.python_type is int:
        return number
    return f"é{number}" if not column.foreign_keys else str(number)
