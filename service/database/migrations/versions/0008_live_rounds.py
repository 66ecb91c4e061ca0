"""Plans say what made them and what they changed; locks, calls, the day's profile, where a vehicle was seen."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("plan") as batch_op:
        batch_op.add_column(sa.Column("cause", sa.String(), nullable=False, server_default="search"))
        batch_op.add_column(sa.Column("undoes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("difference", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.create_foreign_key(op.f("fk_plan_undoes_plan"), "plan", ["undoes"], ["id"])
    with op.batch_alter_table("round") as batch_op:
        batch_op.add_column(sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("seen_version", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "ridelock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shipment_id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("locked_by", sa.Integer(), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_ridelock_shipment_id_shipment")),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_ridelock_shift_id_shift")),
        sa.ForeignKeyConstraint(["locked_by"], ["person.id"], name=op.f("fk_ridelock_locked_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ridelock")),
        sa.UniqueConstraint("shipment_id", name=op.f("uq_ridelock_shipment_id")),
    )
    op.create_index("ix_ridelock_shift_id", "ridelock", ["shift_id"])
    op.create_table(
        "roundcall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("stop_number", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_roundcall_round_id_round")),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_roundcall_done_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roundcall")),
        sa.UniqueConstraint("round_id", "reason", "stop_number", name=op.f("uq_roundcall_round_id_reason_stop_number")),
    )
    op.create_index("ix_roundcall_region_done", "roundcall", ["region", "done_at"])
    op.create_table(
        "dayprofile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("speed_percent", sa.Integer(), nullable=False),
        sa.Column("cold_percent", sa.Integer(), nullable=False),
        sa.Column("bikes", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("speed_percent BETWEEN 20 AND 150", name=op.f("ck_dayprofile_dayprofile_speed")),
        sa.CheckConstraint("cold_percent BETWEEN 10 AND 100", name=op.f("ck_dayprofile_dayprofile_cold")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_dayprofile_set_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dayprofile")),
        sa.UniqueConstraint("region", "day", name=op.f("uq_dayprofile_region_day")),
    )
    op.create_table(
        "roundposition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_roundposition_round_id_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roundposition")),
    )
    op.create_index("ix_roundposition_round_id", "roundposition", ["round_id"])
    op.create_index("ix_roundposition_at", "roundposition", ["at"])


def downgrade() -> None:
    for table in ("roundposition", "dayprofile", "roundcall", "ridelock"):
        op.drop_table(table)
    with op.batch_alter_table("round") as batch_op:
        batch_op.drop_column("seen_version")
        batch_op.drop_column("held_until")
    with op.batch_alter_table("plan") as batch_op:
        batch_op.drop_constraint(op.f("fk_plan_undoes_plan"), type_="foreignkey")
        batch_op.drop_column("difference")
        batch_op.drop_column("undoes")
        batch_op.drop_column("cause")
