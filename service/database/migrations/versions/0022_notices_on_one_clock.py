"""Messages follow the region's clock alone: sign-in links and codes leave by themselves, not as messages.

Revision ID: 0022
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outgoing_notice") as batch_op:
        batch_op.drop_column("real_time")


def downgrade() -> None:
    with op.batch_alter_table("outgoing_notice") as batch_op:
        batch_op.add_column(sa.Column("real_time", sa.Boolean(), nullable=False, server_default=sa.false()))
