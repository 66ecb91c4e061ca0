"""A day that is not like the others: a heat wave, ice, August. Setting it plans the day anew."""

from datetime import date, datetime

from sqlmodel import Session

from config.planning import planning
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.i18n import N_
from service.kit.refusals import Invalid
from service.rounds.actions.fleet import STAFF
from service.rounds.models import DayProfile
from service.rounds.queries.standing import day_profile

USUAL = ""


def set_profile(session: Session, day: date, kind: str, *, who: Who, now: datetime) -> DayProfile | None:
    """Give a day a profile of `planning.toml`, or none ("")."""
    presets = planning().profiles
    if kind != USUAL and kind not in presets:
        raise Invalid(fields={"kind": N_("Choisissez un profil de la liste.")})
    row = day_profile(session, who.region, day)
    before = row.kind if row is not None else USUAL
    if before == kind:
        return row
    if kind == USUAL:
        session.delete(row)
        session.flush()
        row = None
    else:
        row = row or DayProfile(region=who.region, day=day, kind=kind, set_at=now)
        preset = presets[kind]
        row.kind, row.set_by, row.set_at = kind, who.person_id, now
        row.speed_percent, row.cold_percent, row.bikes = preset.speed_percent, preset.cold_percent, preset.bikes
        session.add(row)
        session.flush()
    append(
        session,
        region=who.region,
        kind="day.changed",
        at=now,
        actor=who,
        subject=("day", int(day.strftime("%Y%m%d"))),
        from_state=before or "usual",
        to_state=kind or "usual",
        data={"day": day.isoformat(), "profile": kind},
        audience=STAFF,
    )
    return row
