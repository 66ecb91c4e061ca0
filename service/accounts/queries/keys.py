"""Reading what opens the door: links, codes, cards, tablets, sessions, tokens, invitations."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, or_, select

from service.accounts.keys import Card, Invitation, SignInCode, SignInLink, SitePin, Tablet
from service.accounts.models import AccountState, ApiToken, Membership, Person, Site, WebSession
from service.accounts.tokens import token_hash


def link_by_token(session: Session, token: str) -> SignInLink | None:
    """The sign-in link of this secret."""
    return session.exec(select(SignInLink).where(SignInLink.token_hash == token_hash(token))).one_or_none()


def newest_code(session: Session, person_id: int) -> SignInCode | None:
    """The last code sent to a person: only that one counts."""
    return session.exec(
        select(SignInCode).where(SignInCode.person_id == person_id).order_by(col(SignInCode.id).desc()).limit(1)
    ).first()


def card_by_token(session: Session, token: str) -> Card | None:
    """The card of this secret, unless it was revoked."""
    return session.exec(
        select(Card).where(Card.token_hash == token_hash(token), col(Card.revoked_at).is_(None))
    ).one_or_none()


def cards_of(session: Session, person_id: int) -> Sequence[Card]:
    """A person's cards that still sign in, the newest first."""
    return session.exec(
        select(Card).where(Card.person_id == person_id, col(Card.revoked_at).is_(None)).order_by(col(Card.id).desc())
    ).all()


def tablet_by_token(session: Session, token: str) -> Tablet | None:
    """The paired device of this secret, unless it was unpaired."""
    return session.exec(
        select(Tablet).where(Tablet.token_hash == token_hash(token), col(Tablet.revoked_at).is_(None))
    ).one_or_none()


def tablets_of(session: Session, site_ids: Sequence[int]) -> Sequence[Tablet]:
    """The devices paired to some sites."""
    return session.exec(
        select(Tablet)
        .where(col(Tablet.site_id).in_(site_ids), col(Tablet.revoked_at).is_(None))
        .order_by(col(Tablet.id))
    ).all()


def pin_of(session: Session, site_id: int) -> SitePin | None:
    """The PIN of a site's tablets, once somebody has chosen one."""
    return session.exec(select(SitePin).where(SitePin.site_id == site_id)).one_or_none()


def people_at_site(session: Session, site: Site) -> Sequence[Person]:
    """Who may open a site's tablet: the active people of the site, and of its whole organisation."""
    return session.exec(
        select(Person)
        .join(Membership, col(Membership.person_id) == col(Person.id))
        .where(
            Membership.organisation_id == site.organisation_id,
            or_(col(Membership.site_id).is_(None), col(Membership.site_id) == site.key),
            Person.state == AccountState.ACTIVE,
        )
        .order_by(col(Person.name), col(Person.id))
        .distinct()
    ).all()


def session_by_token(session: Session, token: str) -> WebSession | None:
    """The browser session of this cookie, ended or not."""
    return session.exec(select(WebSession).where(WebSession.token_hash == token_hash(token))).one_or_none()


def open_sessions(session: Session, person_id: int, real_now: datetime) -> Sequence[WebSession]:
    """Where a person is signed in, the newest first."""
    return session.exec(
        select(WebSession)
        .where(
            WebSession.person_id == person_id,
            col(WebSession.revoked_at).is_(None),
            col(WebSession.expires_at) > real_now,
        )
        .order_by(col(WebSession.id).desc())
    ).all()


def api_tokens_of(session: Session, person_id: int) -> Sequence[ApiToken]:
    """A person's API tokens that still count, the newest first."""
    return session.exec(
        select(ApiToken)
        .where(ApiToken.person_id == person_id, col(ApiToken.revoked_at).is_(None))
        .order_by(col(ApiToken.id).desc())
    ).all()


def invitation_by_token(session: Session, token: str) -> Invitation | None:
    """The invitation of this secret."""
    return session.exec(select(Invitation).where(Invitation.token_hash == token_hash(token))).one_or_none()


def open_invitations(session: Session, organisation_id: int, real_now: datetime) -> Sequence[Invitation]:
    """Invitations nobody has accepted yet, the newest first."""
    return session.exec(
        select(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            col(Invitation.accepted_at).is_(None),
            col(Invitation.revoked_at).is_(None),
            col(Invitation.expires_at) > real_now,
        )
        .order_by(col(Invitation.id).desc())
    ).all()
