"""Rounds as they are driven: stops, what is handled at each, and the proofs."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, Index, UniqueConstraint
from sqlmodel import Field

from service.database.columns import Row, UtcDateTime, words
from service.rounds.errors import RoundNotThere


class RoundState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ACCEPTED = "accepted"
    RUNNING = "running"
    FINISHED = "finished"
    VALIDATED = "validated"


_NEXT: dict[RoundState, frozenset[RoundState]] = {
    RoundState.DRAFT: frozenset({RoundState.PUBLISHED}),
    RoundState.PUBLISHED: frozenset({RoundState.ACCEPTED, RoundState.DRAFT}),
    RoundState.ACCEPTED: frozenset({RoundState.RUNNING, RoundState.DRAFT}),
    RoundState.RUNNING: frozenset({RoundState.FINISHED}),
    RoundState.FINISHED: frozenset({RoundState.VALIDATED}),
    RoundState.VALIDATED: frozenset(),
}
# Nobody has left yet.
WAITING_ROUNDS = (RoundState.DRAFT, RoundState.PUBLISHED, RoundState.ACCEPTED)
OVER_ROUNDS = (RoundState.FINISHED, RoundState.VALIDATED)


class Round(Row, table=True):
    """What one vehicle does in one shift. It keeps its key from plan to plan; its stops to come may change."""

    __table_args__ = (Index("ix_round_region_day", "region", "day"),)

    region: str
    zone: str
    day: date
    shift_id: int = Field(foreign_key="shift.id", unique=True)
    vehicle_id: int = Field(foreign_key="vehicle.id", index=True)
    driver_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    mate_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    plan_id: int | None = Field(default=None, foreign_key="plan.id")
    plan_version: int = 0
    state: RoundState = Field(default=RoundState.DRAFT, sa_type=words(RoundState))
    starts_at: datetime = Field(sa_type=UtcDateTime, description="leaves its home site, as planned")
    ends_at: datetime = Field(sa_type=UtcDateTime, description="back, as planned")
    departed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    metres: int = 0
    drive_s: int = 0
    grams: int = 0
    # The crew's rests as planned: pairs of ISO instants.
    pauses: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    # Numbers of stops are never given twice, so that a phone that missed a plan cannot mean another stop.
    last_number: int = 0
    # Entered afterwards from paper ("saisi après coup").
    late: bool = False
    # The crew said it would not be at its next stop, or leave, before this.
    held_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The newest plan whose changes the driver has been shown.
    seen_version: int = 0

    @property
    def is_over(self) -> bool:
        return self.state in OVER_ROUNDS

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING_ROUNDS

    @property
    def crew(self) -> tuple[int, ...]:
        """Who is aboard: the driver first."""
        return tuple(key for key in (self.driver_id, self.mate_id) if key is not None)

    def is_with(self, person_id: int | None) -> bool:
        """Whether a person belongs to its crew."""
        return person_id is not None and person_id in self.crew

    def rests(self) -> list[tuple[datetime, datetime]]:
        """The planned pauses, as aware instants in order."""
        return sorted((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in self.pauses)

    def plan_rests(self, rests: list[tuple[datetime, datetime]], now: datetime) -> None:
        """Take over the pauses of a new plan; those that were over keep standing."""
        taken = [rest for rest in self.rests() if rest[1] <= now and not self.is_waiting]
        self.pauses = [[start.isoformat(), end.isoformat()] for start, end in [*taken, *rests]]

    def move(self, to: RoundState) -> RoundState:
        """Go to a state and give the one before; RoundNotThere when it is not the next one."""
        before = RoundState(self.state)
        if to not in _NEXT[before]:
            raise RoundNotThere()
        self.state = to
        return before

    def next_number(self) -> int:
        """A number for a new stop."""
        self.last_number += 1
        return self.last_number


class StopState(StrEnum):
    TODO = "todo"
    ARRIVED = "arrived"
    DONE = "done"
    FAILED = "failed"
    # A newer plan goes there no more.
    DROPPED = "dropped"


AHEAD = (StopState.TODO, StopState.ARRIVED)
BEHIND = (StopState.DONE, StopState.FAILED)


class Stop(Row, table=True):
    """A visit. `number` names it for good within its round; `sequence` is its place, which plans may change."""

    __table_args__ = (UniqueConstraint("round_id", "number"), Index("ix_stop_site_state", "site_id", "state"))

    round_id: int = Field(foreign_key="round.id", index=True)
    number: int
    sequence: int
    site_id: int = Field(foreign_key="site.id")
    # A pin of the goods' own; never of a protected site.
    latitude: float | None = None
    longitude: float | None = None
    state: StopState = Field(default=StopState.TODO, sa_type=words(StopState))
    frozen: bool = False
    planned_arrival_at: datetime = Field(sa_type=UtcDateTime)
    planned_start_at: datetime = Field(sa_type=UtcDateTime)
    planned_departure_at: datetime = Field(sa_type=UtcDateTime)
    # As planned, then corrected by what is reported on the way.
    expected_at: datetime = Field(sa_type=UtcDateTime)
    arrived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failed_reason: str | None = None
    # Shown to the receiver, typed by the driver: six digits, for stops that deliver.
    code: str | None = None
    proof: str | None = Field(default=None, description="code, signature or paper")
    signature_key: str | None = None
    signed_by: str | None = None
    late: bool = False

    @property
    def is_ahead(self) -> bool:
        return self.state in AHEAD

    @property
    def stays(self) -> int:
        """Seconds it is planned to last."""
        return int((self.planned_departure_at - self.planned_arrival_at).total_seconds())


class TaskKind(StrEnum):
    LOAD = "load"
    UNLOAD = "unload"


class TaskState(StrEnum):
    TODO = "todo"
    DONE = "done"
    PARTLY = "partly"
    REFUSED = "refused"
    FAILED = "failed"


class StopTask(Row, table=True):
    """One shipment loaded or unloaded at a stop."""

    __table_args__ = (
        UniqueConstraint("stop_id", "shipment_id", "kind"),
        CheckConstraint("grams_planned >= 0 AND (grams_done IS NULL OR grams_done >= 0)", name="task_grams"),
        CheckConstraint("refused_grams >= 0", name="task_refused"),
    )

    stop_id: int = Field(foreign_key="stop.id", index=True)
    shipment_id: int = Field(foreign_key="shipment.id", index=True)
    kind: TaskKind = Field(sa_type=words(TaskKind))
    state: TaskState = Field(default=TaskState.TODO, sa_type=words(TaskState))
    grams_planned: int
    grams_done: int | None = None
    refused_grams: int = 0
    refused_reason: str | None = None
    temperature_c: float | None = None
    # Why goods a little too warm were taken all the same, and why the weight differs much from the one announced.
    temperature_reason: str | None = None
    weight_reason: str | None = None
    photo_key: str | None = None
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    late: bool = False
