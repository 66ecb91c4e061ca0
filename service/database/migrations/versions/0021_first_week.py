"""What newcomers tried alone, and their first steps."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "beginner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("done", sa.JSON(), nullable=False),
        sa.Column("put_away_at", moment, nullable=True),
        sa.Column("lot", sa.JSON(), nullable=True),
        sa.Column("begun_at", moment, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_beginner_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beginner")),
        sa.UniqueConstraint("person_id", name=op.f("uq_beginner_person_id")),
    )
    op.create_index(op.f("ix_beginner_begun_at"), "beginner", ["begun_at"])


def downgrade() -> None:
    op.drop_table("beginner")
