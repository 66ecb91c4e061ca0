"""Telling people what became of a lot: its holders when it goes or changes, both ends when nobody came."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from service.accounts.models import Role, Site
from service.accounts.queries import members_of_sites, people_with_role
from service.accounts.who import Who
from service.kit.i18n import DEFAULT_LOCALE, N_
from service.lots import queries
from service.lots.models import Lot, Share, WithdrawalReason
from service.lots.words import lot_title
from service.notices import actions as notices
from service.shipments.models import ShipmentState
from service.shipments.queries import shipments_of_items

WHY_GONE: dict[str, str] = {
    WithdrawalReason.SOLD: N_("Le lot est finalement vendu."),
    WithdrawalReason.UNFIT: N_("Le lot n'est plus consommable."),
    WithdrawalReason.MISTAKE: N_("Le lot avait été publié par erreur."),
    WithdrawalReason.CLOSED: N_("Le donateur ne pourra pas le remettre."),
    WithdrawalReason.MERGED: N_("Il est remis avec le lot d'origine."),
    WithdrawalReason.OTHER: N_("Le donateur n'a pas dit pourquoi."),
}
HOURS = N_("Les heures de retrait ont changé.")
PLACE = N_("L'endroit du retrait a changé.")
COLD = N_("La température de conservation a changé.")
SEVERAL = N_("L'heure, l'endroit ou la température ont changé.")
OFFERED_AGAIN = N_("Le lot est de nouveau proposé.")
TOO_LATE = N_("Il est trop tard pour le proposer à d'autres.")
# What is told of a lot, and of a claim on it, that holds no more once it is withdrawn.
OF_LOT = ("lot_posted_nearby", "lot_unclaimed", "pickup_planned")
OF_CLAIM = ("claim_granted", "claim_granted_fetch", "lot_changed", "lot_corrected_confirm")


def tell_withdrawn(session: Session, lot: Lot, promised: Sequence[Share], *, reason: str, now: datetime) -> None:
    """Whoever was promised a part need not come; what they were to be told of it before is not sent any more."""
    for kind in OF_LOT:
        notices.take_back(session, kind=kind, subject=("lot", lot.key))
    for claim in sorted({share.claim_id for share in promised}):
        for kind in OF_CLAIM:
            notices.take_back(session, kind=kind, subject=("claim", claim))
    why = WHY_GONE.get(reason, WHY_GONE[WithdrawalReason.OTHER])
    _tell_holders(session, "lot_withdrawn", lot, promised, now, lambda claim: {"reason": why})


def tell_to_confirm(session: Session, lot: Lot, shares: Iterable[Share], *, now: datetime) -> None:
    """What the label says was corrected: each holder is to look at it and agree before the lot moves."""
    held = [share for share in shares if share.is_open and share.lot_version < lot.version]
    for claim in sorted({share.claim_id for share in held}):
        notices.take_back(session, kind="lot_corrected_confirm", subject=("claim", claim))
    _tell_holders(session, "lot_corrected_confirm", lot, held, now, lambda claim: {}, version=lot.version)


def confirmed(session: Session, shares: Iterable[Share]) -> None:
    """A holder has agreed: nobody there need be asked any more."""
    for claim in sorted({share.claim_id for share in shares}):
        notices.take_back(session, kind="lot_corrected_confirm", subject=("claim", claim))


def tell_changed(
    session: Session, lot: Lot, shares: Iterable[Share], about: Iterable[str], lines: Iterable[int], *, now: datetime
) -> None:
    """What was corrected `about` the lot matters to whoever fetches it by themselves, another temperature (of `lines`)
    to every holder; nobody is asked to agree."""
    held = [share for share in shares if share.is_open]
    of_trip = [words for name, words in (("windows", HOURS), ("pin", PLACE)) if name in set(about)]
    colder = {share.claim_id for share in held if share.line_id in set(lines)}
    if not held or not (of_trip or colder):
        return
    fetching = {share.claim_id for share in fetched(session, held)} if of_trip else set()

    def said(claim: int) -> list[str]:
        return [*(of_trip if claim in fetching else ()), *([COLD] if claim in colder else ())]

    concerned = [share for share in held if said(share.claim_id)]
    _tell_holders(
        session, "lot_changed", lot, concerned, now,
        lambda claim: {"what": told[0] if len(told := said(claim)) == 1 else SEVERAL},
        version=now.isoformat(),
    )  # fmt: skip


def tell_absent(
    session: Session, lot: Lot, shares: Sequence[Share], *, at: datetime, who: Who | None, now: datetime
) -> None:
    """Nobody came for these at `at`: both ends know that it is noted, but for who noted it."""
    again = OFFERED_AGAIN if not lot.has_ended and now < lot.deadline else TOO_LATE
    donors = members_of_sites(session, [lot.site_id], Role.DONOR)[lot.site_id]
    more = {person.key for person in donors}
    but = {who.person_id} if who is not None else set()
    _tell_holders(
        session, "no_show_recorded", lot, shares, now, lambda claim: {"at": at, "then": again}, more=more, but=but
    )


def fetched(session: Session, shares: Sequence[Share]) -> list[Share]:
    """Those of some shares that nobody carries: their charities fetch them."""
    carried = shipments_of_items(session, "share", [share.key for share in shares])
    return [s for s in shares if s.key not in carried or carried[s.key].state == ShipmentState.CANCELLED]


def ask_review(session: Session, lot: Lot, *, who: Who | None, now: datetime) -> None:
    """A new donor's first lot is for a dispatcher to look at; those that follow until then ring no more bells."""
    dispatchers = {person.key for person in people_with_role(session, lot.region, Role.DISPATCHER)}
    lines = queries.lines_of(session, lot.key)
    notices.tell(
        session,
        region=lot.region,
        person_ids=dispatchers - {who.person_id if who is not None else None},
        kind="first_lot_to_review",
        params={
            "lot_id": lot.key,
            "label": lot_title(lines, DEFAULT_LOCALE),
            "donor": session.get_one(Site, lot.site_id).name,
            "grams": sum(line.grams for line in lines),
        },
        subject=("organisation", lot.organisation_id),
        dedupe=f"organisation:{lot.organisation_id}",
        now=now,
    )


def _tell_holders(
    session: Session,
    kind: str,
    lot: Lot,
    shares: Sequence[Share],
    now: datetime,
    params: Callable[[int], dict[str, object]],
    *,
    version: int | str | None = None,
    more: Iterable[int] = (),
    but: Iterable[int | None] = (),
) -> None:
    """One message for each claim that shares belong to, to who acts for its site (and `more`, `but` some)."""
    claims: dict[int, list[Share]] = {}
    for share in shares:
        claims.setdefault(share.claim_id, []).append(share)
    if not claims:
        return
    people = members_of_sites(session, sorted({share.site_id for share in shares}))
    label = lot_title(queries.lines_of(session, lot.key), DEFAULT_LOCALE)
    donor = session.get_one(Site, lot.site_id).name
    messages = [
        notices.Told(
            person_ids=sorted({*(person.key for person in people[held[0].site_id]), *more} - set(but)),
            params={"lot_id": lot.key, "label": label, "donor": donor, **params(claim)},
            subject=("claim", claim),
            dedupe=f"claim:{claim}" if version is None else f"claim:{claim}:{version}",
        )
        for claim, held in sorted(claims.items())
    ]
    notices.tell_each(session, region=lot.region, kind=kind, messages=messages, now=now)
