"""What a line was counted in, and lots kept under a name to give again."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    with op.batch_alter_table("lotline") as batch_op:
        batch_op.add_column(sa.Column("containers", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "lottemplate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("removed_at", moment, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_lottemplate_organisation_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lottemplate_lot_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_lottemplate_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lottemplate")),
    )
    op.create_index(op.f("ix_lottemplate_region"), "lottemplate", ["region"])
    op.create_index(op.f("ix_lottemplate_organisation_id"), "lottemplate", ["organisation_id"])
    op.create_index(op.f("ix_lottemplate_lot_id"), "lottemplate", ["lot_id"])


def downgrade() -> None:
    op.drop_table("lottemplate")
    with op.batch_alter_table("lotline") as batch_op:
        batch_op.drop_column("containers")
