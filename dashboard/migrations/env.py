"""How Alembic runs the migrations: on the application's own database, within its context."""

from alembic import context
from flask import current_app
from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import OperationalError

from dashboard.transport.database import first_line

db = current_app.extensions["migrate"].db

if context.is_offline_mode():
    raise SystemExit("Migrations run on a database: leave --sql out.")

# Not the application's own engine: a migration may take as long as it needs, and where it makes a
# table anew, SQLite must not delete what refers to the rows of the old one.
engine = create_engine(db.engine.url, poolclass=NullPool)
try:
    db.engine.connect().close()  # which makes SQLite's file its owner's alone
    connection = engine.connect()
except OperationalError as error:
    raise SystemExit(f"The database of DATABASE_URL is away: {first_line(error)}") from None
with connection:
    # Batches, because SQLite can't alter a column in place.
    context.configure(connection=connection, target_metadata=db.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
