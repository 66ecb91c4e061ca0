"""Text messages that come in."""

import sqlalchemy as sa
from alembic import op

revision = "0017b"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "inbound_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("arrived_at", moment, nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("call_reason", sa.String(), nullable=True),
        sa.Column("called_at", moment, nullable=True),
        sa.Column("called_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answer_state", sa.String(), nullable=False),
        sa.Column("answer_due_at", moment, nullable=False),
        sa.Column("answer_attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "called_at IS NULL OR call_reason IS NOT NULL", name=op.f("ck_inbound_text_called_about_something")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inbound_text_person_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_inbound_text_lot_id")),
        sa.ForeignKeyConstraint(["called_by"], ["person.id"], name=op.f("fk_inbound_text_called_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_text")),
        sa.UniqueConstraint("reference", name=op.f("uq_inbound_text_reference")),
    )
    op.create_index("ix_inbound_text_answers", "inbound_text", ["answer_state", "answer_due_at"])
    op.create_index("ix_inbound_text_phone", "inbound_text", ["phone", "arrived_at"])
    op.create_index(op.f("ix_inbound_text_region"), "inbound_text", ["region"])
    op.create_index(op.f("ix_inbound_text_person_id"), "inbound_text", ["person_id"])


def downgrade() -> None:
    op.drop_table("inbound_text")
