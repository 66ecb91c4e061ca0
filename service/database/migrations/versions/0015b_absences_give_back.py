"""The shifts a person's absence gave back, so that they have them again if they are there after all."""

import sqlalchemy as sa
from alembic import op

revision = "0015b"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("absence") as batch_op:
        batch_op.add_column(sa.Column("gave_back", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("absence") as batch_op:
        batch_op.drop_column("gave_back")
