"""Plans rounds: problem in, plan out; integer metres, seconds and grams; knows no table, no setting, no clock."""

from routing.allocation import Offering, Policy
from routing.check import Breach, check
from routing.decision import Decision
from routing.engine.allocating.deciding import allocate
from routing.engine.child import solve_in_child
from routing.engine.kept import Insertion
from routing.engine.single import insert
from routing.engine.solving import ENGINES, Progress, solve
from routing.engine.standing import Standing
from routing.errors import Cancelled, EngineError, FormatError, ProblemError, RoutingError, TravelError
from routing.fleet import Aboard, BreakRule, Compartment, FixedStop, Vehicle, VehicleState
from routing.kinds import ColdEquipment, StopState, Temperature, Window
from routing.matrix import UNREACHABLE, Matrix
from routing.objective import Score, Weights, score
from routing.plan import Handling, Load, Pause, Plan, Reason, Round, Stop, Totals, Unserved
from routing.problem import Problem, promises_of
from routing.shipment import Place, Promise, Shipment, Site, cold_chain_limits

__all__ = [
    "Aboard",
    "Breach",
    "BreakRule",
    "Cancelled",
    "ColdEquipment",
    "Compartment",
    "Decision",
    "ENGINES",
    "EngineError",
    "FixedStop",
    "FormatError",
    "Handling",
    "Insertion",
    "Load",
    "Matrix",
    "Offering",
    "Pause",
    "Place",
    "Plan",
    "Policy",
    "Problem",
    "ProblemError",
    "Progress",
    "Promise",
    "Reason",
    "Round",
    "RoutingError",
    "Score",
    "Shipment",
    "Site",
    "Standing",
    "Stop",
    "StopState",
    "Temperature",
    "Totals",
    "TravelError",
    "UNREACHABLE",
    "Unserved",
    "Vehicle",
    "VehicleState",
    "Weights",
    "Window",
    "allocate",
    "check",
    "cold_chain_limits",
    "insert",
    "promises_of",
    "score",
    "solve",
    "solve_in_child",
]
