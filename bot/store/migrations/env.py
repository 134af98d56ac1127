"""Run by Alembic; the connection is handed over by ``bot.store.migrating``."""

from alembic import context
from sqlmodel import SQLModel

from bot.store import tables  # noqa: F401  # registers the tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite cannot alter a column in place
)
with context.begin_transaction():
    context.run_migrations()
