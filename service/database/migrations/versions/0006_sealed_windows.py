"""Charities answer within a window, and what is decided of their answers is kept with all it was decided from."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "allocationdecision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("solver", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("lots", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("grams", sa.Integer(), nullable=False),
        sa.Column("grams_left", sa.Integer(), nullable=False),
        sa.Column("gap_permille", sa.Integer(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("output", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "cause IN ('window', 'again', 'override')", name=op.f("ck_allocationdecision_allocationdecision_cause")
        ),
        sa.CheckConstraint("grams >= 0 AND grams_left >= 0", name=op.f("ck_allocationdecision_allocationdecision_grams")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_allocationdecision_made_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocationdecision")),
    )
    op.create_index("ix_allocationdecision_made", "allocationdecision", ["region", "made_at"])
    op.create_index(op.f("ix_allocationdecision_region"), "allocationdecision", ["region"])
    op.create_table(
        "answerwindow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("stepped_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'decided', 'void')", name=op.f("ck_answerwindow_answerwindow_state")),
        sa.CheckConstraint("rounds >= 0", name=op.f("ck_answerwindow_answerwindow_rounds")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["allocationdecision.id"], name=op.f("fk_answerwindow_decision_id_allocationdecision")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_answerwindow_lot_id_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answerwindow")),
        sa.UniqueConstraint("lot_id", name=op.f("uq_answerwindow_lot_id")),
    )
    op.create_index("ix_answerwindow_due", "answerwindow", ["region", "state", "closes_at"])
    op.create_index(op.f("ix_answerwindow_region"), "answerwindow", ["region"])
    op.create_table(
        "decidedlot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["allocationdecision.id"], name=op.f("fk_decidedlot_decision_id_allocationdecision")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_decidedlot_lot_id_lot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decidedlot")),
        sa.UniqueConstraint("decision_id", "lot_id", name=op.f("uq_decidedlot_decision_id_lot_id")),
    )
    op.create_index(op.f("ix_decidedlot_lot_id"), "decidedlot", ["lot_id"])
    with op.batch_alter_table("claim") as batch_op:
        batch_op.add_column(sa.Column("answer", sa.String(), server_default="all", nullable=False))
        batch_op.add_column(sa.Column("decision_id", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_claim_claim_answer"), "answer IN ('all', 'part', 'no')")
        batch_op.create_foreign_key(
            op.f("fk_claim_decision_id_allocationdecision"), "allocationdecision", ["decision_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("claim") as batch_op:
        batch_op.drop_constraint(op.f("fk_claim_decision_id_allocationdecision"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_claim_claim_answer"), type_="check")
        batch_op.drop_column("decision_id")
        batch_op.drop_column("answer")
    op.drop_table("decidedlot")
    op.drop_table("answerwindow")
    op.drop_table("allocationdecision")
