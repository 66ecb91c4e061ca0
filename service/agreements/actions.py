"""Recording habilitations, taking them back, and telling in time that they end."""

from datetime import date, datetime

from sqlmodel import Session

from service.accounts.models import Organisation, OrganisationKind
from service.accounts.queries import organisations_by_id
from service.accounts.who import Who
from service.agreements.errors import AlreadyEnded, HeadCannotCover, NotAReceiver, TooManyPapers
from service.agreements.forms import HabilitationIn
from service.agreements.models import Habilitation, HabilitationPaper
from service.agreements.queries import ending_soon, habilitation_of, papers
from service.agreements.rules import notice_due
from service.journal.actions import append

MOST_PAPERS = 5
STAFF = ["role:dispatcher", "role:region"]


def record(
    session: Session,
    organisation: Organisation,
    asked: HabilitationIn,
    *,
    who: Who,
    now: datetime,
    head: Organisation | None = None,
) -> Habilitation:
    """Record a habilitation. One obtained through a network head needs the head's own to cover its first day."""
    if organisation.kind not in (OrganisationKind.CHARITY, OrganisationKind.PUBLIC_BODY):
        raise NotAReceiver()
    if asked.covered_by_id is not None:
        of_head = habilitation_of(session, head, asked.starts_on) if head is not None else None
        if head is None or head.key == organisation.key or of_head is None or of_head.covered_by_id is not None:
            raise HeadCannotCover()
    row = Habilitation(region=organisation.region, organisation_id=organisation.key, **asked.model_dump())
    session.add(row)
    session.flush()
    _tell(session, row, "habilitation.recorded", who=who, now=now)
    return row


def end(session: Session, habilitation: Habilitation, *, who: Who, now: datetime) -> None:
    """Take a habilitation back before its end: nothing more is granted under it from now on."""
    if habilitation.ended_at is not None:
        raise AlreadyEnded()
    habilitation.ended_at = now
    session.add(habilitation)
    _tell(session, habilitation, "habilitation.ended", who=who, now=now)


def send_paper(
    session: Session, organisation: Organisation, file_key: str, *, who: Who, now: datetime
) -> HabilitationPaper:
    """Hand in the paper of a habilitation, for whoever approves; the same file sent twice is kept once."""
    if organisation.kind not in (OrganisationKind.CHARITY, OrganisationKind.PUBLIC_BODY):
        raise NotAReceiver()
    sent = papers(session, organisation.key)
    for paper in sent:
        if paper.file_key == file_key:
            return paper
    if len(sent) >= MOST_PAPERS:
        raise TooManyPapers()
    row = HabilitationPaper(organisation_id=organisation.key, file_key=file_key, sent_at=now, sent_by=who.person_id)
    session.add(row)
    session.flush()
    append(
        session, region=organisation.region, kind="habilitation.paper_sent", at=now,
        subject=("organisation", organisation.key), actor=who, data={"paper": row.key},
        audience=[f"org:{organisation.key}", "role:region"],
    )  # fmt: skip
    return row


def announce_endings(session: Session, region: str, *, now: datetime, today: date) -> int:
    """Tell, 90 and 30 days before and on the last day, that a habilitation ends; each notice once. A daily job.

    One that is followed by another is not announced. Returns how many notices were given.
    """
    rows = [row for row in ending_soon(session, region, today) if row.ends_on is not None]
    organisations = organisations_by_id(session, {row.organisation_id for row in rows})
    given = 0
    for row in rows:
        assert row.ends_on is not None
        due = notice_due(row.ends_on, today, row.told_days)
        if due is None or _is_followed(session, organisations[row.organisation_id], row):
            continue
        row.told_days = due
        session.add(row)
        _tell(session, row, "habilitation.ending", who=None, now=now, days=(row.ends_on - today).days)
        given += 1
    return given


def _is_followed(session: Session, organisation: Organisation, row: Habilitation) -> bool:
    assert row.ends_on is not None
    next_day = date.fromordinal(row.ends_on.toordinal() + 1)
    return habilitation_of(session, organisation, next_day) is not None


def _tell(session: Session, row: Habilitation, kind: str, *, who: Who | None, now: datetime, **data: object) -> None:
    told = {"level": str(row.level), "starts_on": row.starts_on.isoformat(), **data}
    if row.ends_on is not None:
        told["ends_on"] = row.ends_on.isoformat()
    append(
        session, region=row.region, kind=kind, at=now, subject=("organisation", row.organisation_id), actor=who,
        data={"habilitation": row.key, **told}, audience=[f"org:{row.organisation_id}", *STAFF],
    )  # fmt: skip
