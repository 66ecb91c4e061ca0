"""A charity's claim on a lot, line by line; until when charities may answer; what was decided, and from what."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint, false
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words


class ClaimState(StrEnum):
    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    RELEASED = "released"


class Answer(StrEnum):
    """What a charity says of a lot: all it may take, so much of each line, or nothing."""

    ALL = "all"
    PART = "part"
    NO = "no"


class Way(StrEnum):
    """How the food travels: the charity collects it, or a round brings it."""

    COLLECT = "collect"
    BRING = "bring"


class Claim(Row, table=True):
    """A charity's wish for a lot, for one of its sites, and the decision.

    `code` is what the charity shows when it collects by itself; what becomes of the food is told by the lot's shares.
    A claim with the answer no has no lines: it only says that the lot is of no use to this site. `else_collect`: what
    no round can bring the charity fetches; `way` says what it came to.
    """

    __table_args__ = (
        Index("ix_claim_lot", "lot_id", "state"),
        Index("ix_claim_organisation", "organisation_id", "id"),
        CheckConstraint("state IN ('pending', 'granted', 'refused', 'released')", name="claim_state"),
        CheckConstraint("way IN ('collect', 'bring')", name="claim_way"),
        CheckConstraint("answer IN ('all', 'part', 'no')", name="claim_answer"),
    )

    region: str = Field(index=True)
    lot_id: int = Field(foreign_key="lot.id")
    lot_version: int
    organisation_id: int = Field(foreign_key="organisation.id")
    site_id: int = Field(foreign_key="site.id", index=True)
    way: Way = Field(sa_type=words(Way))
    else_collect: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    state: ClaimState = Field(default=ClaimState.PENDING, sa_type=words(ClaimState))
    answer: Answer = Field(default=Answer.ALL, sa_type=words(Answer), sa_column_kwargs={"server_default": "all"})
    policy: str = "first-come"
    # The decision that granted or refused it, where one did.
    decision_id: int | None = Field(default=None, foreign_key="allocationdecision.id")
    reason: str | None = None
    code: str
    # When the charity said it would come, if it collects by itself.
    coming_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    made_by: int | None = Field(default=None, foreign_key="person.id")
    made_at: datetime = Field(sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def fetched_instead(self) -> bool:
        """Whether a round was wanted and none could come, so that the charity fetches it."""
        return self.else_collect and self.way == Way.COLLECT


class ClaimLine(Row, table=True):
    """What a claim asks of one line, and what it was granted. Grams."""

    __table_args__ = (
        UniqueConstraint("claim_id", "line_id"),
        CheckConstraint("grams_asked > 0 AND 0 <= grams_granted AND grams_granted <= grams_asked", name="claim_grams"),
    )

    claim_id: int = Field(foreign_key="claim.id", index=True)
    line_id: int = Field(foreign_key="lotline.id")
    grams_asked: int
    grams_granted: int = 0


class WindowState(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    VOID = "void"


class AnswerWindow(Row, table=True):
    """Until when charities may answer of a lot, under which version of which policy; made once, with the lot.

    Without `closes_at` there is nothing to wait for: whoever claims first is granted. It is open until its decision
    stands (`decided`), not until `closes_at`: a clock that jumps back opens nothing again. `void`: the lot was gone
    before anything was decided. `rounds` counts how often it was decided anew because something no longer fitted.
    """

    __table_args__ = (
        UniqueConstraint("lot_id"),
        Index("ix_answerwindow_due", "region", "state", "closes_at"),
        CheckConstraint("state IN ('open', 'decided', 'void')", name="answerwindow_state"),
        CheckConstraint("rounds >= 0", name="answerwindow_rounds"),
    )

    region: str = Field(index=True)
    lot_id: int = Field(foreign_key="lot.id")
    policy: str
    version: str
    opens_at: datetime = Field(sa_type=UtcDateTime)
    closes_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The lot's deadline when the window was made: a window is moved only when this no longer holds.
    deadline: datetime = Field(sa_type=UtcDateTime)
    state: WindowState = Field(default=WindowState.OPEN, sa_type=words(WindowState))
    rounds: int = 0
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decision_id: int | None = Field(default=None, foreign_key="allocationdecision.id")
    # How far the lot was taken when nobody wanted it, and since when.
    step: str | None = None
    stepped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def is_sealed(self) -> bool:
        """Whether an answer now waits for the decision."""
        return self.state == WindowState.OPEN and self.closes_at is not None


class Cause(StrEnum):
    """Why something was decided."""

    WINDOW = "window"
    AGAIN = "again"
    OVERRIDE = "override"


class StoredDecision(Row, table=True):
    """A decision as it was made: the whole question, the whole answer, and what answered it; never changed.

    `inputs` is an offering of `routing.allocation` as JSON, with keys of rows and never a name; `output` its decision.
    For an override both hold what the dispatcher saw and did. Grams. From `inputs_erased_at` on `inputs` holds only
    what the kept reasons are told with: the lots, and medians over those who asked.
    """

    __tablename__ = "allocationdecision"
    __table_args__ = (
        Index("ix_allocationdecision_made", "region", "made_at"),
        CheckConstraint("cause IN ('window', 'again', 'override')", name="allocationdecision_cause"),
        CheckConstraint("grams >= 0 AND grams_left >= 0", name="allocationdecision_grams"),
    )

    region: str = Field(index=True)
    cause: Cause = Field(sa_type=words(Cause))
    policy: str
    version: str
    kind: str
    solver: str = ""
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: int | None = Field(default=None, foreign_key="person.id")
    reason: str = ""
    seconds: float = 0.0
    lots: int = 0
    claims: int = 0
    grams: int = 0
    grams_left: int = 0
    gap_permille: int = 0
    inputs: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    output: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    inputs_erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DecidedLot(Row, table=True):
    """Which lots a decision was about."""

    __table_args__ = (UniqueConstraint("decision_id", "lot_id"),)

    decision_id: int = Field(foreign_key="allocationdecision.id")
    lot_id: int = Field(foreign_key="lot.id", index=True)
