"""Crews of two, another place to end at, when people can drive, and days on which a whole region is closed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0013"
branch_labels = None
depends_on = None

CREW = (
    "crew_size BETWEEN 1 AND 2 AND (mate_id IS NULL OR crew_size = 2) AND "
    "(mate_id IS NULL OR driver_id IS NULL OR mate_id <> driver_id)"
)


def upgrade() -> None:
    for table, check in (("shift", "ck_shift_shift_crew"), ("fixedround", "ck_fixedround_fixed_round_crew")):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("crew_size", sa.Integer(), nullable=False, server_default="1"))
            batch_op.add_column(sa.Column("mate_id", sa.Integer(), nullable=True))
            batch_op.add_column(sa.Column("end_site_id", sa.Integer(), nullable=True))
            batch_op.create_foreign_key(op.f(f"fk_{table}_mate_id"), "person", ["mate_id"], ["id"])
            batch_op.create_foreign_key(op.f(f"fk_{table}_end_site_id"), "site", ["end_site_id"], ["id"])
            batch_op.create_check_constraint(op.f(check), CREW)
    with op.batch_alter_table("round") as batch_op:
        batch_op.add_column(sa.Column("mate_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_round_mate_id"), "person", ["mate_id"], ["id"])
    op.create_index("ix_shift_mate_id", "shift", ["mate_id"])
    op.create_index("ix_round_mate_id", "round", ["mate_id"])
    op.create_table(
        "availability",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("end_site_id", sa.Integer(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_availability_person_id")),
        sa.ForeignKeyConstraint(["end_site_id"], ["site.id"], name=op.f("fk_availability_end_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_availability")),
        sa.UniqueConstraint("person_id", name=op.f("uq_availability_person_id")),
    )
    op.create_index("ix_availability_region", "availability", ["region"])
    op.create_table(
        "closedday",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_closedday_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closedday")),
        sa.UniqueConstraint("region", "day", name=op.f("uq_closedday_region_day")),
    )


def downgrade() -> None:
    op.drop_table("closedday")
    op.drop_table("availability")
    op.drop_index("ix_round_mate_id", table_name="round")
    op.drop_index("ix_shift_mate_id", table_name="shift")
    with op.batch_alter_table("round") as batch_op:
        batch_op.drop_constraint(op.f("fk_round_mate_id"), type_="foreignkey")
        batch_op.drop_column("mate_id")
    for table, check in (("shift", "ck_shift_shift_crew"), ("fixedround", "ck_fixedround_fixed_round_crew")):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(check), type_="check")
            batch_op.drop_constraint(op.f(f"fk_{table}_end_site_id"), type_="foreignkey")
            batch_op.drop_constraint(op.f(f"fk_{table}_mate_id"), type_="foreignkey")
            batch_op.drop_column("end_site_id")
            batch_op.drop_column("mate_id")
            batch_op.drop_column("crew_size")
