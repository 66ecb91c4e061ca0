"""A charity sends the paper of its habilitation before anybody records it; the unused column goes."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "habilitation_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("file_key", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_habilitation_paper_organisation_id")
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_habilitation_paper_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_habilitation_paper")),
        sa.UniqueConstraint(
            "organisation_id", "file_key", name=op.f("uq_habilitation_paper_organisation_id_file_key")
        ),
    )
    with op.batch_alter_table("habilitation") as batch_op:
        batch_op.drop_column("document")


def downgrade() -> None:
    with op.batch_alter_table("habilitation") as batch_op:
        batch_op.add_column(sa.Column("document", sa.String(), nullable=True))
    op.drop_table("habilitation_paper")
