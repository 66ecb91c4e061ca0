"""Tables of this room, by noun: the fleet, the plans, the rounds."""

from service.rounds.models.fleet import Absence, Cold, FixedRound, Shift, Vehicle, VehicleKind
from service.rounds.models.plans import Plan, PlanningLease, PlanState
from service.rounds.models.rounds import (
    Round,
    RoundState,
    Stop,
    StopState,
    StopTask,
    TaskKind,
    TaskState,
)

__all__ = [
    "Absence",
    "Cold",
    "FixedRound",
    "Plan",
    "PlanState",
    "PlanningLease",
    "Round",
    "RoundState",
    "Shift",
    "Stop",
    "StopState",
    "StopTask",
    "TaskKind",
    "TaskState",
    "Vehicle",
    "VehicleKind",
]
