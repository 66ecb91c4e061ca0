"""What no round can bring, fetched: said by a rule, and by the claim it makes."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("answerrule", "claim"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("else_collect", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    for table in ("answerrule", "claim"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("else_collect")
