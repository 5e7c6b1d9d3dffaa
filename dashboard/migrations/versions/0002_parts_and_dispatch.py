"""Parts of running searches, and plans' dispatch apart from their results."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "part",
        _job_id(),
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("holder", sa.String(100)),
        sa.Column("renewed_at", sa.Double()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.LargeBinary()),
        sa.Column("error", sa.String(1000)),
    )
    op.create_table(
        "dispatch",
        _job_id(),
        sa.Column("plan", sa.Integer(), primary_key=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    for table in ("dispatch", "part"):
        op.drop_table(table)


def _job_id() -> sa.Column[str]:
    return sa.Column(
        "job_id", sa.String(36), sa.ForeignKey("job.id", ondelete="CASCADE"), primary_key=True
    )
