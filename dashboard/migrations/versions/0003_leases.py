"""A running job's lease, and when each attempt at it began."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("job", sa.Column("begun", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("job", sa.Column("renewed_at", sa.Double()))
    # Nobody noticed until now when a job had lost its worker: those jobs are rescued, too.
    op.execute("UPDATE job SET renewed_at = 0 WHERE state = 'STARTED'")


def downgrade() -> None:
    for column in ("renewed_at", "begun"):
        op.drop_column("job", column)
