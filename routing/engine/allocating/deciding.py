"""The door of the room: one question, one policy, one decision."""

from __future__ import annotations

from routing.allocation import Offering, Policy
from routing.decision import Decision, Level, Share
from routing.engine.allocating.desk import Desk
from routing.engine.allocating.in_turn import first_come, two_choices
from routing.engine.allocating.program import named
from routing.engine.allocating.sealed import sealed
from routing.engine.allocating.state import State
from routing.engine.allocating.telling import Teller


def allocate(offering: Offering, policy: Policy = Policy.SEALED) -> Decision:
    """Who gets what of all lots open together. The same offering in any order gives the same decision.

    Another policy on the same offering is its counterfactual. Quotas, room, least parts and units hold in every one.
    Raises EngineError when the solver gives up (never met); then another policy still decides.
    """
    desk = Desk(offering)
    levels: list[Level] = []
    solver = ""
    if policy is Policy.SEALED:
        state, levels = sealed(desk)
        solver = named()
    else:
        state = first_come(desk) if policy is Policy.FIRST_COME else two_choices(desk)
    return _told(desk, state, policy, levels, solver)


def _told(desk: Desk, state: State, policy: Policy, levels: list[Level], solver: str) -> Decision:
    teller = Teller(state, policy)
    lots = range(len(desk.lots))
    shares = [
        Share(desk.lots[lot].id, desk.takers[pair.taker].id, grams)
        for lot in lots
        for pair, grams in sorted(state.given.get(lot, []), key=lambda share: share[0].taker)
    ]
    return Decision(
        policy=policy,
        rules=desk.rules.version,
        solver=solver,
        shares=tuple(shares),
        left=tuple(left for lot in lots if (left := teller.left(lot)) is not None),
        explained=tuple(told for lot in lots for told in teller.explained(lot)),
        levels=tuple(levels),
    )
