"""When what a decision was made from was erased."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("allocationdecision") as batch_op:
        batch_op.add_column(sa.Column("inputs_erased_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("allocationdecision") as batch_op:
        batch_op.drop_column("inputs_erased_at")
