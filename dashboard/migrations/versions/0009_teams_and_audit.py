"""Teams, who sees a search, scopes of tokens, links to share a search or set a password, audit log.

Everybody sees the searches of before, as it was, and tokens of before keep all of their scopes.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NEVER_REUSED = {"sqlite_autoincrement": True}


def upgrade() -> None:
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("likeness", sa.String(500), nullable=False, unique=True),
        **NEVER_REUSED,
    )
    op.create_table(
        "membership",
        _key("team"),
        _key("user"),
    )
    op.create_index("ix_membership_user_id", "membership", ["user_id"])
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("visibility", sa.String(10), nullable=False, server_default="all"))
        job.add_column(sa.Column("team_id", sa.Integer()))
        job.create_foreign_key("fk_job_team_id_team", "team", ["team_id"], ["id"])
        job.create_index("ix_job_team_id", ["team_id"])
    for column in (
        sa.Column("label", sa.String(80), nullable=False, server_default=""),
        sa.Column(
            "scopes", sa.JSON(), nullable=False, server_default='["read", "submit", "admin"]'
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("api_token", column)
    op.create_table("password_link", *_credential_columns(), **NEVER_REUSED)
    op.create_table(
        "share_link",
        *_credential_columns(),
        sa.Column(
            "job_id", sa.String(36), sa.ForeignKey("job.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        **NEVER_REUSED,
    )
    op.create_index("ix_share_link_job_id", "share_link", ["job_id"])
    for table in ("password_link", "share_link"):
        op.create_index(f"ix_{table}_user_id", table, ["user_id"])
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(80)),
        sa.Column("actor_id", sa.Integer()),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(45)),
        **NEVER_REUSED,
    )
    op.create_index("ix_audit_entry_at", "audit_entry", ["at"])


def downgrade() -> None:
    # The release of before shows every search to everybody, and takes every token for everything.
    hidden = op.get_bind().scalar(sa.text("SELECT count(*) FROM job WHERE visibility != 'all'"))
    if hidden:
        print(f"Everybody sees {hidden} searches now that only some could see.")
    op.execute(
        "DELETE FROM api_token WHERE expires_at IS NOT NULL"
        """ OR CAST(scopes AS TEXT) != '["read", "submit", "admin"]'"""
    )
    for table in ("audit_entry", "share_link", "password_link"):
        op.drop_table(table)
    for column in ("last_used_at", "expires_at", "scopes", "label"):
        op.drop_column("api_token", column)
    with op.batch_alter_table("job") as job:
        job.drop_index("ix_job_team_id")
        job.drop_constraint("fk_job_team_id_team", type_="foreignkey")
        job.drop_column("team_id")
        job.drop_column("visibility")
    op.drop_table("membership")
    op.drop_table("team")


def _key(table: str) -> sa.Column[Any]:
    refers = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(f"{table}_id", sa.Integer(), refers, primary_key=True)


def _credential_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "user_id", sa.Integer(), sa.ForeignKey("user.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]
