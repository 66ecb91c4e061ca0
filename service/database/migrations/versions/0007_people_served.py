"""People served and priorities; what charities answer by themselves; their standing rounds to shops."""

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
    answers()
    ramasses()


def answers() -> None:
    op.create_table(
        "answerrule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("least_grams", sa.Integer(), nullable=False),
        sa.Column("most_grams", sa.Integer(), nullable=True),
        sa.Column("most_metres", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('on', 'paused', 'ended')", name=op.f("ck_answerrule_answerrule_state")),
        sa.CheckConstraint("way IN ('collect', 'bring')", name=op.f("ck_answerrule_answerrule_way")),
        sa.CheckConstraint("least_grams >= 0", name=op.f("ck_answerrule_answerrule_least")),
        sa.CheckConstraint(
            "most_grams IS NULL OR most_grams >= least_grams", name=op.f("ck_answerrule_answerrule_most")
        ),
        sa.CheckConstraint("most_grams IS NULL OR most_grams > 0", name=op.f("ck_answerrule_answerrule_something")),
        sa.CheckConstraint("most_metres IS NULL OR most_metres > 0", name=op.f("ck_answerrule_answerrule_metres")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_answerrule_answerrule_version")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_answerrule_organisation_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_answerrule_site_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_answerrule_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answerrule")),
    )
    op.create_index(op.f("ix_answerrule_region"), "answerrule", ["region"])
    op.create_index(op.f("ix_answerrule_site_id"), "answerrule", ["site_id"])
    op.create_table(
        "automaticanswer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["answerrule.id"], name=op.f("fk_automaticanswer_rule_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_automaticanswer_site_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_automaticanswer_lot_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_automaticanswer_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_automaticanswer")),
        sa.UniqueConstraint("site_id", "lot_id", name=op.f("uq_automaticanswer_site_id_lot_id")),
    )
    op.create_index(op.f("ix_automaticanswer_rule_id"), "automaticanswer", ["rule_id"])


def ramasses() -> None:
    op.create_table(
        "ramasse",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("donor_organisation_id", sa.Integer(), nullable=False),
        sa.Column("donor_site_id", sa.Integer(), nullable=False),
        sa.Column("rrule", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("most_grams", sa.Integer(), nullable=True),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('asked', 'agreed', 'declined', 'ended')", name=op.f("ck_ramasse_ramasse_state")
        ),
        sa.CheckConstraint("way IN ('collect', 'bring')", name=op.f("ck_ramasse_ramasse_way")),
        sa.CheckConstraint("most_grams IS NULL OR most_grams > 0", name=op.f("ck_ramasse_ramasse_most")),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_ramasse_ramasse_days")),
        sa.CheckConstraint("site_id <> donor_site_id", name=op.f("ck_ramasse_ramasse_two_ends")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_ramasse_organisation_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_ramasse_site_id")),
        sa.ForeignKeyConstraint(
            ["donor_organisation_id"], ["organisation.id"], name=op.f("fk_ramasse_donor_organisation_id")
        ),
        sa.ForeignKeyConstraint(["donor_site_id"], ["site.id"], name=op.f("fk_ramasse_donor_site_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_ramasse_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_ramasse_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ramasse")),
    )
    op.create_index(op.f("ix_ramasse_region"), "ramasse", ["region"])
    op.create_index(op.f("ix_ramasse_organisation_id"), "ramasse", ["organisation_id"])
    op.create_index(op.f("ix_ramasse_donor_organisation_id"), "ramasse", ["donor_organisation_id"])
    op.create_index("ix_ramasse_donor", "ramasse", ["donor_site_id", "state"])
    op.create_table(
        "ramasserelease",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ramasse_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by_end", sa.String(), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("by_end IN ('charity', 'donor')", name=op.f("ck_ramasserelease_ramasserelease_end")),
        sa.ForeignKeyConstraint(["ramasse_id"], ["ramasse.id"], name=op.f("fk_ramasserelease_ramasse_id")),
        sa.ForeignKeyConstraint(["said_by"], ["person.id"], name=op.f("fk_ramasserelease_said_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ramasserelease")),
        sa.UniqueConstraint("ramasse_id", "day", name=op.f("uq_ramasserelease_ramasse_id_day")),
    )
    op.create_table(
        "ramasseclaim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ramasse_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["ramasse_id"], ["ramasse.id"], name=op.f("fk_ramasseclaim_ramasse_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_ramasseclaim_lot_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_ramasseclaim_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ramasseclaim")),
        sa.UniqueConstraint("ramasse_id", "lot_id", name=op.f("uq_ramasseclaim_ramasse_id_lot_id")),
    )
    op.create_index(op.f("ix_ramasseclaim_lot_id"), "ramasseclaim", ["lot_id"])


def downgrade() -> None:
    for table in ("ramasseclaim", "ramasserelease", "ramasse", "automaticanswer", "answerrule"):
        op.drop_table(table)
    op.drop_table("sitepriority")
    op.drop_table("peopleserved")
