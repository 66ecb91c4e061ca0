"""Rounds keep their pauses, and a plan under search says how far it is."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("round") as batch_op:
        batch_op.add_column(sa.Column("pauses", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("plan") as batch_op:
        batch_op.add_column(sa.Column("phase", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("first_value", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("best_value", sa.Float(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("plan") as batch_op:
        batch_op.drop_column("best_value")
        batch_op.drop_column("first_value")
        batch_op.drop_column("phase")
    with op.batch_alter_table("round") as batch_op:
        batch_op.drop_column("pauses")
