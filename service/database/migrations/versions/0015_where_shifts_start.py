"""Where a shift's vehicle leaves from, if a dispatcher said so."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0017b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("shift") as batch_op:
        batch_op.add_column(sa.Column("start_site_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_shift_start_site_id"), "site", ["start_site_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("shift") as batch_op:
        batch_op.drop_constraint(op.f("fk_shift_start_site_id"), type_="foreignkey")
        batch_op.drop_column("start_site_id")
