"""Sites say how many people they serve, dated and with a source; the Region puts some first."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "peopleserved",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("people BETWEEN 1 AND 1000000", name=op.f("ck_peopleserved_peopleserved_people")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_peopleserved_peopleserved_version")),
        sa.CheckConstraint(
            "source IN ('count', 'report', 'network', 'estimate')", name=op.f("ck_peopleserved_peopleserved_source")
        ),
        sa.CheckConstraint("state IN ('used', 'waiting', 'refused')", name=op.f("ck_peopleserved_peopleserved_state")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_peopleserved_site_id")),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"], name=op.f("fk_peopleserved_said_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_peopleserved_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_peopleserved")),
        sa.UniqueConstraint("site_id", "version", name=op.f("uq_peopleserved_site_id_version")),
    )
    op.create_index("ix_peopleserved_region", "peopleserved", ["region", "state", "counted_on"])
    op.create_table(
        "sitepriority",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 9", name=op.f("ck_sitepriority_sitepriority_level")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_sitepriority_sitepriority_version")),
        sa.CheckConstraint(
            "ground IN ('students', 'shelter', 'rural', 'crisis', 'none')",
            name=op.f("ck_sitepriority_sitepriority_ground"),
        ),
        sa.CheckConstraint("(level = 0) = (ground = 'none')", name=op.f("ck_sitepriority_sitepriority_has_ground")),
        sa.CheckConstraint(
            "until_day IS NULL OR from_day <= until_day", name=op.f("ck_sitepriority_sitepriority_days")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_sitepriority_site_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_sitepriority_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitepriority")),
        sa.UniqueConstraint("site_id", "version", name=op.f("uq_sitepriority_site_id_version")),
    )
    op.create_index(op.f("ix_sitepriority_region"), "sitepriority", ["region"])


def downgrade() -> None:
    op.drop_table("sitepriority")
    op.drop_table("peopleserved")
