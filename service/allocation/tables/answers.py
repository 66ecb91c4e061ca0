"""What a charity answers by itself to lots that open, and what it has answered so."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, UniqueConstraint, false
from sqlmodel import Field

from service.allocation.models import Way
from service.database.columns import Row, UtcDateTime, words


class RuleState(StrEnum):
    ON = "on"
    PAUSED = "paused"
    ENDED = "ended"


class AnswerRule(Row, table=True):
    """A charity takes, for a site, lots of some kinds, of so many grams, on some days, from near enough.

    It looks at lots posted at `since` or later: setting or resuming it never reaches back. Empty `categories`: all the
    site accepts. `weekdays`: 0 is Monday, the local day of the pick-up. `else_collect`: what no round can bring is
    fetched.
    """

    __table_args__ = (
        CheckConstraint("state IN ('on', 'paused', 'ended')", name="answerrule_state"),
        CheckConstraint("way IN ('collect', 'bring')", name="answerrule_way"),
        CheckConstraint("least_grams >= 0", name="answerrule_least"),
        CheckConstraint("most_grams IS NULL OR most_grams >= least_grams", name="answerrule_most"),
        CheckConstraint("most_grams IS NULL OR most_grams > 0", name="answerrule_something"),
        CheckConstraint("most_metres IS NULL OR most_metres > 0", name="answerrule_metres"),
        CheckConstraint("version >= 1", name="answerrule_version"),
    )

    region: str = Field(index=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    site_id: int = Field(foreign_key="site.id", index=True)
    version: int = 1
    state: RuleState = Field(default=RuleState.ON, sa_type=words(RuleState))
    # The local day on which a pause ends by itself.
    paused_until: date | None = None
    categories: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    weekdays: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    least_grams: int = 0
    most_grams: int | None = None
    most_metres: int | None = None
    way: Way = Field(default=Way.BRING, sa_type=words(Way))
    else_collect: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    since: datetime = Field(sa_type=UtcDateTime)
    set_by: int = Field(foreign_key="person.id")
    set_at: datetime = Field(sa_type=UtcDateTime)

    def is_on(self, day: date) -> bool:
        """Whether it answers on a local day."""
        return self.state == RuleState.ON or (
            self.state == RuleState.PAUSED and self.paused_until is not None and day >= self.paused_until
        )


class AutomaticAnswer(Row, table=True):
    """A site answered of a lot by itself, once and for all: what a person does afterwards stands.

    `outcome`: "claimed", "claimed-to-fetch" where no round could bring it, or the code of the refusal.
    """

    __table_args__ = (UniqueConstraint("site_id", "lot_id"),)

    rule_id: int = Field(foreign_key="answerrule.id", index=True)
    rule_version: int
    site_id: int = Field(foreign_key="site.id")
    lot_id: int = Field(foreign_key="lot.id")
    claim_id: int | None = Field(default=None, foreign_key="claim.id")
    outcome: str
    at: datetime = Field(sa_type=UtcDateTime)
