"""Tables of this room, by noun: the fleet, the plans, the rounds, and what stands beside them."""

from service.rounds.models.availability import Availability
from service.rounds.models.fleet import Absence, Cold, CrewPlace, FixedRound, Shift, Vehicle, VehicleKind
from service.rounds.models.plans import Plan, PlanCause, PlanningLease, PlanState
from service.rounds.models.rounds import (
    Round,
    RoundState,
    Stop,
    StopState,
    StopTask,
    TaskKind,
    TaskState,
)
from service.rounds.models.standing import CallReason, DayProfile, RideLock, RoundCall, RoundPosition
from service.rounds.models.transfers import Transfer, TransferState

__all__ = [
    "Absence",
    "Availability",
    "CallReason",
    "Cold",
    "CrewPlace",
    "DayProfile",
    "FixedRound",
    "Plan",
    "PlanCause",
    "PlanState",
    "PlanningLease",
    "RideLock",
    "Round",
    "RoundCall",
    "RoundPosition",
    "RoundState",
    "Shift",
    "Stop",
    "StopState",
    "StopTask",
    "TaskKind",
    "TaskState",
    "Transfer",
    "TransferState",
    "Vehicle",
    "VehicleKind",
]
