"""Reading habilitations: above all, whether an organisation may receive food on a day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, select

from service.accounts.models import AccountState, Organisation, OrganisationKind
from service.agreements.models import Habilitation, HabilitationPaper
from service.agreements.rules import DAYS_BEFORE, holds
from service.notices.models import NoticeState, OutgoingNotice


def habilitations(session: Session, organisation_id: int) -> Sequence[Habilitation]:
    """Every habilitation an organisation has or had, the newest first."""
    return session.exec(
        select(Habilitation)
        .where(Habilitation.organisation_id == organisation_id)
        .order_by(col(Habilitation.starts_on).desc(), col(Habilitation.id).desc())
    ).all()


def habilitation_by_id(session: Session, region: str, habilitation_id: int) -> Habilitation | None:
    """One habilitation of the region."""
    row = session.get(Habilitation, habilitation_id)
    return row if row is not None and row.region == region else None


def habilitation_of(session: Session, organisation: Organisation, on: date) -> Habilitation | None:
    """The habilitation in force on a day, its own before one it has through a network head."""
    return habilitations_in_force(session, [organisation.key], on).get(organisation.key)


def habilitations_in_force(session: Session, organisation_ids: Iterable[int], on: date) -> dict[int, Habilitation]:
    """For each organisation, the habilitation that holds on a day (a member's falls with its head's)."""
    rows = _rows(session, organisation_ids)
    heads = {row.covered_by_id for row in rows if row.covered_by_id is not None}
    of_heads, active_heads = (_rows(session, heads), _active(session, heads)) if heads else ([], set())
    standing = {row.organisation_id for row in of_heads if row.organisation_id in active_heads and holds(row, on, ())}
    found: dict[int, Habilitation] = {}
    for row in sorted(rows, key=lambda row: (row.covered_by_id is not None, row.ends_on or date.max, row.key)):
        if holds(row, on, standing):
            found.setdefault(row.organisation_id, row)
    return found


def _active(session: Session, keys: Iterable[int]) -> set[int | None]:
    query = select(Organisation.id).where(
        col(Organisation.id).in_(list(keys)), Organisation.state == AccountState.ACTIVE
    )
    return set(session.exec(query).all())


def may_receive(session: Session, organisation: Organisation, on: date) -> bool:
    """Whether the organisation may be given food on this day.

    Public bodies need no habilitation (CASF L266-2); a charity needs one in force; nobody else receives. An account
    that waits for approval or is suspended never does.
    """
    return organisation.key in receivers_on(session, [organisation], on)


def receivers_on(session: Session, organisations: Sequence[Organisation], on: date) -> set[int]:
    """The keys of those that may receive on this day, in two queries however many they are; see `may_receive`."""
    active = [organisation for organisation in organisations if organisation.state == AccountState.ACTIVE]
    public = {organisation.key for organisation in active if organisation.kind == OrganisationKind.PUBLIC_BODY}
    charities = [organisation.key for organisation in active if organisation.kind == OrganisationKind.CHARITY]
    return public | set(habilitations_in_force(session, charities, on))


def ending_soon(session: Session, region: str, today: date) -> Sequence[Habilitation]:
    """Habilitations that end within the longest notice, the next to end first."""
    return session.exec(
        select(Habilitation)
        .where(
            Habilitation.region == region,
            col(Habilitation.ended_at).is_(None),
            col(Habilitation.ends_on) >= today,
            col(Habilitation.ends_on) <= today + timedelta(days=max(DAYS_BEFORE)),
        )
        .order_by(col(Habilitation.ends_on), col(Habilitation.id))
    ).all()


def papers(session: Session, organisation_id: int) -> Sequence[HabilitationPaper]:
    """The papers an organisation sent, the newest first."""
    return session.exec(
        select(HabilitationPaper)
        .where(HabilitationPaper.organisation_id == organisation_id)
        .order_by(col(HabilitationPaper.id).desc())
    ).all()


def _rows(session: Session, organisation_ids: Iterable[int | None]) -> Sequence[Habilitation]:
    return session.exec(
        select(Habilitation).where(
            col(Habilitation.organisation_id).in_(list(organisation_ids)), col(Habilitation.ended_at).is_(None)
        )
    ).all()


def told_to_approve(session: Session, kind: str, organisation_ids: Iterable[int]) -> dict[int, set[int]]:
    """Who was told, by organisation, that it waits for a yes."""
    found: dict[int, set[int]] = {}
    query = select(OutgoingNotice.subject_id, OutgoingNotice.person_id).where(
        OutgoingNotice.kind == kind,
        OutgoingNotice.subject == "organisation",
        col(OutgoingNotice.subject_id).in_(set(organisation_ids)),
    )
    for key, person in session.exec(query).all():
        found.setdefault(key or 0, set()).add(person)
    return found


def waiting_to_be_told(session: Session, kind: str, region: str) -> set[int]:
    """The organisations of a region of which a message has not left yet."""
    query = select(OutgoingNotice.subject_id).where(
        OutgoingNotice.kind == kind,
        OutgoingNotice.subject == "organisation",
        OutgoingNotice.region == region,
        OutgoingNotice.state == NoticeState.PENDING,
        col(OutgoingNotice.claimed_until).is_(None),
    )
    return {key for key in session.exec(query).all() if key is not None}
