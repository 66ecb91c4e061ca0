"""Asking for a standing round, agreeing to it, letting a date go, ending it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session

from service.accounts import policy
from service.accounts.models import Site
from service.accounts.queries import members
from service.accounts.who import Who
from service.allocation.errors import CannotCollect
from service.allocation.ramasses import queries
from service.allocation.ramasses.errors import (
    BeginsTooFar,
    NotADate,
    NotADonorsSite,
    NotToDecide,
    RamasseOver,
    RamasseStands,
)
from service.allocation.ramasses.forms import AgreementIn, RamasseIn
from service.allocation.receivers import demand_way
from service.allocation.tables import End, Ramasse, RamasseRelease, RamasseState
from service.journal.actions import append
from service.kit.clock import local
from service.kit.i18n import N_
from service.kit.rhythm import days_between, falls_on
from service.lots.facts import zone_of
from service.notices import actions as notices

AGREED, DECLINED = N_("d'accord pour la ramasse."), N_("pas de ramasse.")
LET_GO, TAKEN_BACK = N_("pas cette fois, le"), N_("rétablie, le")
ENDED = N_("la ramasse s'arrête.")
# How far ahead dates are shown and may be let go.
AHEAD = timedelta(days=56)
# A round begins within a year of being asked for, before or after.
FARTHEST = timedelta(days=366)


def ask(session: Session, site: Site, asked: RamasseIn, *, who: Who, now: datetime) -> Ramasse:
    """A charity asks a shop; nothing is claimed until the shop agrees."""
    person_id = who.must_be_somebody()
    today = local(now, zone_of(site.region)).date()
    if abs(asked.starts_on - today) > FARTHEST:
        raise BeginsTooFar(fields={"starts_on": BeginsTooFar.message})
    donor = queries.donors_site(session, site.region, asked.donor_site_id)
    if donor is None:
        raise NotADonorsSite(fields={"donor_site_id": NotADonorsSite.message})
    demand_way(site, asked.way, {"way": CannotCollect.message})
    if queries.standing_between(session, site.key, donor.key) is not None:
        raise RamasseStands()
    ramasse = Ramasse(
        region=site.region,
        organisation_id=site.organisation_id,
        site_id=site.key,
        donor_organisation_id=donor.organisation_id,
        donor_site_id=donor.key,
        rrule=asked.rrule,
        starts_on=asked.starts_on,
        ends_on=asked.ends_on,
        categories=asked.categories,
        most_grams=asked.most_grams,
        way=asked.way,
        note=asked.note,
        asked_by=person_id,
        asked_at=now,
    )
    session.add(ramasse)
    session.flush()
    _tell(session, ramasse, "ramasse.asked", who=who, now=now)
    _notify(session, ramasse, End.DONOR, "ramasse_asked", {"charity": site.name}, now=now)
    return ramasse


def decide(session: Session, ramasse: Ramasse, asked: AgreementIn, *, who: Who, now: datetime) -> None:
    """The shop agrees, or does not."""
    policy.demand(who, "ramasses", "decide", *(["own"] if End.DONOR in queries.ends_of(who, ramasse) else []))
    if ramasse.state is not RamasseState.ASKED:
        raise NotToDecide()
    ramasse.state = RamasseState.AGREED if asked.agreed else RamasseState.DECLINED
    ramasse.decided_by, ramasse.decided_at = who.person_id, now
    session.add(ramasse)
    _tell(session, ramasse, f"ramasse.{ramasse.state}", who=who, now=now)
    _say(session, ramasse, End.CHARITY, AGREED if asked.agreed else DECLINED, now=now)


def let_go(session: Session, ramasse: Ramasse, day: date, *, who: Who, now: datetime, today: date) -> RamasseRelease:
    """ "Pas cette semaine": the round claims nothing on this date. A second tap changes nothing.

    What it has claimed for the date already stands: a claim is given back by itself.
    """
    _must_live(ramasse)
    if not today <= day <= today + AHEAD or not falls_on(
        ramasse.rrule, day, starts_on=ramasse.starts_on, ends_on=ramasse.ends_on
    ):
        raise NotADate(fields={"day": NotADate.message})
    known = queries.released(session, [ramasse.key])[ramasse.key].get(day)
    if known is not None:
        return known
    row = RamasseRelease(ramasse_id=ramasse.key, day=day, by_end=_end(who, ramasse), said_by=who.person_id, said_at=now)
    session.add(row)
    session.flush()
    _tell(session, ramasse, "ramasse.let_go", who=who, now=now, day=day)
    _say(session, ramasse, _other(row.by_end), LET_GO, now=now, day=day)
    return row


def take_back(session: Session, ramasse: Ramasse, day: date, *, who: Who, now: datetime, today: date) -> None:
    """The date stands again; only the end that let it go takes it back."""
    _must_live(ramasse)
    known = queries.released(session, [ramasse.key])[ramasse.key].get(day)
    if known is None or day < today or known.by_end != _end(who, ramasse):
        raise NotADate(fields={"day": NotADate.message})
    session.delete(known)
    session.flush()
    _tell(session, ramasse, "ramasse.taken_back", who=who, now=now, day=day)
    _say(session, ramasse, _other(known.by_end), TAKEN_BACK, now=now, day=day)


def end(session: Session, ramasse: Ramasse, *, who: Who, now: datetime) -> None:
    """Either end is through with it; what it has claimed stands."""
    _must_live(ramasse)
    ramasse.state, ramasse.ended_at = RamasseState.ENDED, now
    session.add(ramasse)
    _tell(session, ramasse, "ramasse.ended", who=who, now=now)
    for end in {_other(one) for one in queries.ends_of(who, ramasse)} or set(End):
        _say(session, ramasse, end, ENDED, now=now)


def coming(session: Session, ramasse: Ramasse, *, today: date) -> Sequence[tuple[date, RamasseRelease | None]]:
    """The next dates, each with its release if somebody let it go."""
    gone = queries.released(session, [ramasse.key])[ramasse.key]
    last = today + AHEAD
    days = days_between(ramasse.rrule, today, last, starts_on=ramasse.starts_on, ends_on=ramasse.ends_on)
    return [(day, gone.get(day)) for day in days]


def _end(who: Who, ramasse: Ramasse) -> End:
    """The end somebody speaks for; staff who speak for none speak for the charity, who would come in vain."""
    return next(iter(queries.ends_of(who, ramasse)), End.CHARITY)


def _other(end: End) -> End:
    return End.DONOR if end is End.CHARITY else End.CHARITY


def _say(session: Session, ramasse: Ramasse, to: End, what: str, *, now: datetime, day: date | None = None) -> None:
    """Tell one end what became of it, in the name of the other."""
    other = session.get_one(Site, ramasse.site_id if to is End.DONOR else ramasse.donor_site_id)
    params = {"other": other.name, "what": what, "day": day or ""}
    _notify(session, ramasse, to, "ramasse_changed", params, now=now)


def _notify(
    session: Session, ramasse: Ramasse, to: End, kind: str, params: Mapping[str, object], *, now: datetime
) -> None:
    organisation = ramasse.organisation_id if to is End.CHARITY else ramasse.donor_organisation_id
    notices.tell(
        session,
        region=ramasse.region,
        person_ids=[person.key for person in members(session, organisation)],
        kind=kind,
        params={"ramasse_id": ramasse.key, **params},
        subject=("ramasse", ramasse.key),
        now=now,
    )


def _must_live(ramasse: Ramasse) -> None:
    if ramasse.state not in queries.LIVING:
        raise RamasseOver()


def _tell(session: Session, ramasse: Ramasse, kind: str, *, who: Who, now: datetime, day: date | None = None) -> None:
    append(
        session,
        region=ramasse.region,
        kind=kind,
        at=now,
        actor=who,
        subject=("ramasse", ramasse.key),
        to_state=str(ramasse.state),
        data={
            "site": ramasse.site_id,
            "donor_site": ramasse.donor_site_id,
            "rrule": ramasse.rrule,
            **({"day": day.isoformat()} if day else {}),
        },
        audience=["role:dispatcher", f"org:{ramasse.organisation_id}", f"org:{ramasse.donor_organisation_id}"],
    )
