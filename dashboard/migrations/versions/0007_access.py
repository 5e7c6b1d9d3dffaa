"""Sign-ins and links have rows, which end; people have a standing, and ids that are never reused.

Who was signed in before has to sign in again.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from dashboard.db.names import likeness

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NEVER_REUSED = {"sqlite_autoincrement": True}


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.drop_constraint("user_name_key", "user", type_="unique")
    # Made anew in SQLite alone, without the name's constraint, which it can't drop.
    with op.batch_alter_table(
        "user",
        recreate="always" if is_sqlite else "never",
        copy_from=sa.Table("user", sa.MetaData(), *_user_columns()),
        table_kwargs=NEVER_REUSED,
    ) as user:
        user.add_column(sa.Column("likeness", sa.String(500)))
        user.add_column(
            sa.Column("standing", sa.String(10), nullable=False, server_default="active")
        )
    _fill_likeness()
    op.create_index("ix_user_likeness", "user", ["likeness"], unique=True)
    with op.batch_alter_table(
        "api_token", recreate="always" if is_sqlite else "never", table_kwargs=NEVER_REUSED
    ) as token:
        token.create_index("ix_api_token_user_id", ["user_id"])
    op.create_table("session", *_credential_columns(), **NEVER_REUSED)
    op.create_table(
        "sign_in_link",
        *_credential_columns(),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        **NEVER_REUSED,
    )
    for table in ("session", "sign_in_link"):
        op.create_index(f"ix_{table}_user_id", table, ["user_id"])


def downgrade() -> None:
    for table in ("sign_in_link", "session"):
        op.drop_table(table)
    op.drop_index("ix_api_token_user_id", "api_token")
    op.drop_index("ix_user_likeness", "user")
    # Nobody gets in again by that, and names are unique as they were.
    op.execute("UPDATE \"user\" SET password_hash = NULL WHERE standing != 'active'")
    op.execute(
        "UPDATE \"user\" SET name = substr(name, 1, 65) || ' (' || id || ')'"
        " WHERE standing = 'removed'"
    )
    with op.batch_alter_table("user") as user:
        user.drop_column("standing")
        user.drop_column("likeness")
        user.create_unique_constraint("user_name_key", ["name"])


def _user_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("password_hash", sa.String(255)),
    ]


def _credential_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "user_id", sa.Integer(), sa.ForeignKey("user.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _fill_likeness() -> None:
    """People keep their names; of those that look alike already, the first has the likeness."""
    user = sa.table("user", sa.column("id"), sa.column("name"), sa.column("likeness"))
    bind, taken = op.get_bind(), set()
    for identity, name in bind.execute(sa.select(user.c.id, user.c.name).order_by(user.c.id)):
        looks = likeness(name)
        if looks not in taken:
            taken.add(looks)
            bind.execute(sa.update(user).where(user.c.id == identity).values(likeness=looks))
