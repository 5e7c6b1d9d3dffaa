"""Statuses and errors as messages, {id, values}, to be translated where they are read."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What older rows say is shown in English, as it's stored.
    op.add_column("job", sa.Column("status_i18n", sa.JSON()))
    op.add_column("part", sa.Column("error_i18n", sa.JSON()))


def downgrade() -> None:
    op.drop_column("part", "error_i18n")
    op.drop_column("job", "status_i18n")
