"""Posters of back rooms, and the visits they open."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "poster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("last_used_at", moment, nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("revoked_at", moment, nullable=True),
        sa.CheckConstraint("uses >= 0", name=op.f("ck_poster_poster_uses")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_poster_site_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_poster_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poster")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_poster_token_hash")),
    )
    op.create_index(op.f("ix_poster_site_id"), "poster", ["site_id"])
    op.create_table(
        "poster_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("poster_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", moment, nullable=False),
        sa.Column("expires_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("posted_at", moment, nullable=True),
        sa.CheckConstraint(
            "posted_at IS NULL OR ended_at IS NOT NULL", name=op.f("ck_poster_visit_poster_visit_posts_once")
        ),
        sa.ForeignKeyConstraint(["poster_id"], ["poster.id"], name=op.f("fk_poster_visit_poster_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poster_visit")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_poster_visit_token_hash")),
    )
    op.create_index(op.f("ix_poster_visit_poster_id"), "poster_visit", ["poster_id"])


def downgrade() -> None:
    op.drop_table("poster_visit")
    op.drop_table("poster")
