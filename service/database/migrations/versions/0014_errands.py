"""Volunteers who bring a small lot, what was put to them, and who said yes."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "helper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("vehicle_id", sa.Integer(), nullable=False),
        sa.Column("most_minutes", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("most_minutes BETWEEN 1 AND 240", name=op.f("ck_helper_helper_minutes")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_helper_person_id")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicle.id"], name=op.f("fk_helper_vehicle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helper")),
        sa.UniqueConstraint("person_id", name=op.f("uq_helper_person_id")),
    )
    op.create_index(op.f("ix_helper_region"), "helper", ["region"])
    op.create_table(
        "errand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("grams", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("shift_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('offered', 'taken', 'over')", name=op.f("ck_errand_errand_state")),
        sa.CheckConstraint("grams > 0", name=op.f("ck_errand_errand_grams")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_errand_lot_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_errand_site_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_errand_asked_by")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_errand_taken_by")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_errand_claim_id")),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_errand_shift_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errand")),
        sa.UniqueConstraint("lot_id", "site_id", name=op.f("uq_errand_lot_id_site_id")),
    )
    op.create_index(op.f("ix_errand_region"), "errand", ["region"])
    op.create_table(
        "errandask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("errand_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["errand_id"], ["errand.id"], name=op.f("fk_errandask_errand_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_errandask_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errandask")),
        sa.UniqueConstraint("errand_id", "person_id", name=op.f("uq_errandask_errand_id_person_id")),
    )
    op.create_index(op.f("ix_errandask_person_id"), "errandask", ["person_id"])


def downgrade() -> None:
    for table in ("errandask", "errand", "helper"):
        op.drop_table(table)
