"""Decisions as JSON: why, and a dispatcher's own."""

from typing import Annotated

from fastapi import APIRouter, Depends

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.allocation.decisions.explaining import Why
from service.allocation.decisions.forms import ClaimDecidedOut, DecisionOut, OverrideIn, WhyOut
from service.allocation.decisions.overriding import override
from service.allocation.decisions.views import DecisionSeen, decision_seen
from service.kit.ids import Id
from service.web.deps import Locale, Now, ReadSession, WriteSession

router = APIRouter(tags=["claims"])


@router.get("/lots/{lot_id}/decision")
def read_decision(
    lot_id: Id, who: Annotated[Who, Depends(Guard("decisions", "read"))], session: ReadSession, now: Now, locale: Locale
) -> DecisionOut:
    """Why a lot is whose it is: at most three reasons with figures. A charity reads its own claims, its own figures and
    the median; dispatchers and the Region read all."""
    return _out(decision_seen(session, who, lot_id, locale, now))


@router.post("/lots/{lot_id}/decision", status_code=201)
def make_decision(
    lot_id: Id,
    asked: OverrideIn,
    who: Annotated[Who, Depends(Guard("decisions", "override"))],
    session: WriteSession,
    now: Now,
    locale: Locale,
) -> DecisionOut:
    """Give it yourself, with a reason; food law and the site's own limits hold all the same."""
    wanted = {line.line_id: line.grams for line in asked.lines} if asked.lines else None
    override(
        session,
        who=who,
        lot_id=lot_id,
        site_id=asked.site_id,
        reason=asked.reason,
        wanted=wanted,
        way=asked.way,
        instead_of=asked.instead_of,
        now=now,
    )
    return _out(decision_seen(session, who, lot_id, locale, now))


def _out(seen: DecisionSeen) -> DecisionOut:
    window, last = seen.window, seen.last
    at_once = window.closes_at is None
    return DecisionOut(
        lot_id=seen.lot.key,
        state="at_once" if at_once else str(window.state),
        policy=window.policy,
        version=window.version,
        answers_until=window.closes_at,
        decided_at=window.decided_at,
        rounds=window.rounds,
        decision_id=last.key if last else None,
        cause=str(last.cause) if last else None,
        solver=last.solver if last else None,
        gap_permille=last.gap_permille if last else None,
        inputs_erased_at=last.inputs_erased_at if last else None,
        reasons=[_why(one) for one in seen.reasons],
        claims=[
            ClaimDecidedOut(
                claim_id=one.claim.key,
                site_id=one.claim.site_id,
                site=one.name,
                answer=str(one.claim.answer),
                state=str(one.claim.state),
                grams_asked=one.asked,
                grams_granted=one.granted,
                reasons=[_why(why) for why in one.told.reasons] if one.told else [],
            )
            for one in seen.claims
        ],
    )


def _why(one: Why) -> WhyOut:
    return WhyOut(code=one.code, text=one.text, facts=dict(one.facts))
