"""What sites are no longer told of, and who wants to hear of everything."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sitenews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("spared", sa.JSON(), nullable=False),
        sa.Column("learnt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("everything", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_sitenews_site_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_sitenews_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitenews")),
        sa.UniqueConstraint("site_id", name=op.f("uq_sitenews_site_id")),
    )
    op.create_index(op.f("ix_sitenews_region"), "sitenews", ["region"])


def downgrade() -> None:
    op.drop_table("sitenews")
