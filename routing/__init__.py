"""Plans rounds: problem in, plan out; integer metres, seconds and grams; knows no table, no setting, no clock."""

from routing.check import Breach, check
from routing.errors import EngineError, FormatError, ProblemError, RoutingError, TravelError
from routing.fleet import Aboard, BreakRule, Compartment, FixedStop, Vehicle, VehicleState
from routing.kinds import ColdEquipment, StopState, Temperature, Window
from routing.matrix import UNREACHABLE, Matrix
from routing.objective import Score, Weights, score
from routing.plan import Handling, Load, Pause, Plan, Reason, Round, Stop, Totals, Unserved
from routing.problem import Problem, promises_of
from routing.shipment import Place, Promise, Shipment, Site, cold_chain_limits

__all__ = [
    "UNREACHABLE",
    "Aboard",
    "Breach",
    "BreakRule",
    "ColdEquipment",
    "Compartment",
    "EngineError",
    "FixedStop",
    "FormatError",
    "Handling",
    "Load",
    "Matrix",
    "Pause",
    "Place",
    "Plan",
    "Problem",
    "ProblemError",
    "Promise",
    "Reason",
    "Round",
    "RoutingError",
    "Score",
    "Shipment",
    "Site",
    "Stop",
    "StopState",
    "Temperature",
    "Totals",
    "TravelError",
    "Unserved",
    "Vehicle",
    "VehicleState",
    "Weights",
    "Window",
    "check",
    "cold_chain_limits",
    "promises_of",
    "score",
]
