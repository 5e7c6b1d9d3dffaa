"""How Alembic runs the migrations: on the application's own database, within its context."""

from alembic import context
from flask import current_app

db = current_app.extensions["migrate"].db

if context.is_offline_mode():
    raise SystemExit("Migrations run on a database: leave --sql out.")

with db.engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        # A table that a batch makes anew would take along what refers to it.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    # Batches, because SQLite can't alter a column in place.
    context.configure(connection=connection, target_metadata=db.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
