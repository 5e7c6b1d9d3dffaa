"""How Alembic runs the migrations: on the application's own database, within its context."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

db = current_app.extensions["migrate"].db

if context.is_offline_mode():
    raise SystemExit("Migrations run on a database: leave --sql out.")


def heed_references(connection: Connection, *, heed: bool) -> None:
    """Whether a row that goes takes along those that refer to it: not while a batch makes a table
    anew, which drops the old one."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA foreign_keys={'ON' if heed else 'OFF'}")
        connection.commit()


with db.engine.connect() as connection:
    heed_references(connection, heed=False)
    # Batches, because SQLite can't alter a column in place.
    context.configure(connection=connection, target_metadata=db.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    heed_references(connection, heed=True)
