"""Writing the life of rounds and stops in the journal: who may see each entry, and what of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from service.accounts.queries import sites_by_id
from service.accounts.who import Who
from service.journal.actions import append
from service.rounds.models import Round, Stop

STAFF = ("role:dispatcher", "role:region")


def round_audience(round_: Round) -> list[str]:
    """Staff and the crew."""
    return [*STAFF, *(f"person:{key}" for key in round_.crew)]


def tell_round(
    session: Session,
    round_: Round,
    verb: str,
    *,
    who: Who | None,
    now: datetime,
    before: str | None = None,
    data: Mapping[str, Any] | None = None,
    more: Iterable[str] = (),
) -> None:
    """One entry about a round, in the state it now has; what else has changed is written with it."""
    append(
        session,
        region=round_.region,
        kind=f"round.{verb}",
        at=now,
        actor=who,
        subject=("round", round_.key),
        from_state=str(before) if before else None,
        to_state=str(round_.state),
        data={"vehicle": round_.vehicle_id, "plan_version": round_.plan_version, **(data or {})},
        audience=[*round_audience(round_), *more],
    )


def tell_stop(
    session: Session,
    round_: Round,
    stop: Stop,
    verb: str,
    *,
    who: Who | None,
    at: datetime,
    before: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """One entry about a stop: the organisation there hears of it too. `at` is when it happened."""
    site = sites_by_id(session, {stop.site_id})[stop.site_id]
    append(
        session,
        region=round_.region,
        kind=f"stop.{verb}",
        at=at,
        actor=who,
        subject=("stop", stop.key),
        from_state=str(before) if before else None,
        to_state=str(stop.state),
        data={"round": round_.key, "stop": stop.number, "site": stop.site_id, **(data or {})},
        audience=[*round_audience(round_), f"org:{site.organisation_id}"],
    )
