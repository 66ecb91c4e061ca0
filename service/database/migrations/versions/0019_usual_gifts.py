"""What donors usually have left, and what became of each date."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0015b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "usual_gift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("rrule", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ask_minute", sa.Integer(), nullable=False),
        sa.Column("opens_minute", sa.Integer(), nullable=False),
        sa.Column("closes_minute", sa.Integer(), nullable=False),
        sa.Column("next_day", sa.Boolean(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("grams", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("hour_chosen_by", sa.Integer(), nullable=False),
        sa.Column("declared_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=True),
        sa.CheckConstraint("grams > 0", name=op.f("ck_usual_gift_usual_gift_grams")),
        sa.CheckConstraint("ask_minute BETWEEN 0 AND 1439", name=op.f("ck_usual_gift_usual_gift_asked_within_a_day")),
        sa.CheckConstraint(
            "0 <= opens_minute AND opens_minute < closes_minute AND closes_minute <= 1439",
            name=op.f("ck_usual_gift_usual_gift_window"),
        ),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_usual_gift_usual_gift_days")),
        sa.CheckConstraint("paused_until IS NULL OR state = 'paused'", name=op.f("ck_usual_gift_usual_gift_pause")),
        sa.CheckConstraint("state IN ('active', 'paused', 'ended')", name=op.f("ck_usual_gift_usual_gift_state")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_usual_gift_organisation_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_usual_gift_site_id")),
        sa.ForeignKeyConstraint(["hour_chosen_by"], ["person.id"], name=op.f("fk_usual_gift_hour_chosen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usual_gift")),
    )
    op.create_index("ix_usual_gift_state", "usual_gift", ["region", "state"])
    op.create_index(op.f("ix_usual_gift_organisation_id"), "usual_gift", ["organisation_id"])
    op.create_index(op.f("ix_usual_gift_site_id"), "usual_gift", ["site_id"])
    op.create_table(
        "usual_gift_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gift_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ends_at", moment, nullable=False),
        sa.Column("asked_at", moment, nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('cancelled', 'asked', 'given', 'nothing', 'lapsed')",
            name=op.f("ck_usual_gift_day_usual_gift_day_state"),
        ),
        sa.CheckConstraint(
            "(state = 'given') = (lot_id IS NOT NULL)", name=op.f("ck_usual_gift_day_usual_gift_day_lot")
        ),
        sa.ForeignKeyConstraint(["gift_id"], ["usual_gift.id"], name=op.f("fk_usual_gift_day_gift_id")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_usual_gift_day_answered_by")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_usual_gift_day_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usual_gift_day")),
        sa.UniqueConstraint("gift_id", "day", name=op.f("uq_usual_gift_day_gift_id_day")),
        sa.UniqueConstraint("lot_id", name=op.f("uq_usual_gift_day_lot_id")),
    )
    op.create_index("ix_usual_gift_day_state", "usual_gift_day", ["state", "ends_at"])
    op.create_index(op.f("ix_usual_gift_day_gift_id"), "usual_gift_day", ["gift_id"])


def downgrade() -> None:
    op.drop_table("usual_gift_day")
    op.drop_table("usual_gift")
