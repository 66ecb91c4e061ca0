"""Notices are looked up by what they are about."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outgoing_notice") as batch_op:
        batch_op.create_index("ix_notice_subject", ["kind", "subject", "subject_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outgoing_notice") as batch_op:
        batch_op.drop_index("ix_notice_subject")
