"""Phones that are told by push, numbers proved, and what waits told in one message."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("phone_verified_at", moment, nullable=True))
    with op.batch_alter_table("outgoing_notice") as batch_op:
        batch_op.add_column(sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "notice_habits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest_minute", sa.Integer(), nullable=True),
        sa.Column("texts_stopped_at", moment, nullable=True),
        sa.CheckConstraint(
            "digest_minute IS NULL OR digest_minute BETWEEN 0 AND 1439", name=op.f("ck_notice_habits_digest_within_a_day")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_habits_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_habits")),
        sa.UniqueConstraint("person_id", name=op.f("uq_notice_habits_person_id")),
    )
    op.create_table(
        "push_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("p256dh", sa.String(), nullable=False),
        sa.Column("auth", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("last_sent_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_push_device_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["websession.id"], name=op.f("fk_push_device_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_device")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_device_endpoint")),
    )
    for column in ("person_id", "session_id"):
        op.create_index(op.f(f"ix_push_device_{column}"), "push_device", [column], unique=False)


def downgrade() -> None:
    op.drop_table("push_device")
    op.drop_table("notice_habits")
    with op.batch_alter_table("outgoing_notice") as batch_op:
        batch_op.drop_column("held")
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_column("phone_verified_at")
