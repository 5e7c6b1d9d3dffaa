"""The time that a job's tasks were at it, so that no wall clock counts for its time limit."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of a job that runs while this is applied, the limit counts from now on.
    op.add_column("job", sa.Column("spent_s", sa.Double(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("job", "spent_s")
