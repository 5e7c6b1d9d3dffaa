"""Who is there counts up, where the database's clock was asked before; and how many were lost."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("job", "part"):
        op.drop_column(table, "renewed_at")
        op.add_column(table, sa.Column("heard", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("job", sa.Column("lost", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("job", "lost")
    for table in ("job", "part"):
        op.drop_column(table, "heard")
        op.add_column(table, sa.Column("renewed_at", sa.Double()))
