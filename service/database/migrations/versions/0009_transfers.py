"""Food aboard of a vehicle that broke down, and how it goes on."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("shipment_id", sa.Integer(), nullable=False),
        sa.Column("relay_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.Column("broke_down_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warm_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(warm_since IS NULL) = (cold_until IS NULL)", name=op.f("ck_transfer_transfer_cold")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_transfer_round_id_round")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_transfer_shipment_id_shipment")),
        sa.ForeignKeyConstraint(["relay_id"], ["shipment.id"], name=op.f("fk_transfer_relay_id_shipment")),
        sa.ForeignKeyConstraint(["taken_by"], ["round.id"], name=op.f("fk_transfer_taken_by_round")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("relay_id", name=op.f("uq_transfer_relay_id")),
    )
    op.create_index("ix_transfer_round_id", "transfer", ["round_id"])
    op.create_index("ix_transfer_shipment_id", "transfer", ["shipment_id"])
    op.create_index("ix_transfer_region_state", "transfer", ["region", "state"])


def downgrade() -> None:
    op.drop_table("transfer")
