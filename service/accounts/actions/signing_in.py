"""The ways in that need no password: a link, a code, a card, a shared tablet."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from service.accounts.actions.sessions import revoke_sessions, revoke_tokens
from service.accounts.errors import CardRevoked, LinkSpent, TabletUnpaired
from service.accounts.keys import Card, SignInCode, SignInLink, SitePin, Tablet
from service.accounts.models import AccountState, Person, Site
from service.accounts.queries import card_by_token, link_by_token, newest_code, pin_of, tablet_by_token
from service.accounts.rules import CODE_MINUTES, CODE_TRIES, LINK_MINUTES
from service.accounts.site_journal import tell_site
from service.accounts.tokens import new_token, token_hash
from service.accounts.who import Who
from service.journal.actions import append
from service.kit.refusals import NotFound


def make_link(session: Session, person: Person, *, real_now: datetime) -> str:
    """The secret of a link that signs this person in once, within a quarter of an hour."""
    token = new_token()
    session.add(
        SignInLink(
            token_hash=token_hash(token),
            person_id=person.key,
            created_at=real_now,
            expires_at=real_now + timedelta(minutes=LINK_MINUTES),
        )
    )
    return token


def use_link(session: Session, token: str, *, real_now: datetime) -> Person:
    """Spend a link and say who it signs in; LinkSpent when it is old, used or invented."""
    link = link_by_token(session, token)
    person = session.get(Person, link.person_id) if link is not None and link.opens(real_now) else None
    if link is None or person is None or person.state != AccountState.ACTIVE:
        raise LinkSpent()
    link.used_at = real_now
    if person.email_verified_at is None:
        # The first proof that somebody reads this address. Whoever registered it before may have been somebody else:
        # what they set up ends here.
        if person.password_hash is not None:
            person.password_hash = None
            revoke_sessions(session, person.key, real_now=real_now)
            revoke_tokens(session, person.key, real_now=real_now)
        person.email_verified_at = real_now
    session.add(link)
    session.add(person)
    return person


def make_code(session: Session, person: Person, *, secret_key: str, real_now: datetime) -> str:
    """Six digits to send by SMS. A new code makes the one before worthless."""
    digits = f"{secrets.randbelow(1_000_000):06d}"
    session.add(
        SignInCode(
            person_id=person.key,
            code_hash=_keyed(secret_key, person.key, digits),
            created_at=real_now,
            expires_at=real_now + timedelta(minutes=CODE_MINUTES),
        )
    )
    return digits


@dataclass(frozen=True)
class CodeTried:
    """What came of a try: the person when it was right, else how many tries are left (0: ask for another code)."""

    person: Person | None
    left: int


def try_code(session: Session, person: Person | None, digits: str, *, secret_key: str, real_now: datetime) -> CodeTried:
    """Try a code. It never raises, so that the try is counted: a refusal would take the count back with it."""
    code = newest_code(session, person.key) if person is not None else None
    if (
        person is None
        or code is None
        or person.state != AccountState.ACTIVE
        or code.used_at is not None
        or code.tries >= CODE_TRIES
        or real_now >= code.expires_at
    ):
        return CodeTried(None, 0)
    code.tries += 1
    right = hmac.compare_digest(code.code_hash, _keyed(secret_key, person.key, digits))
    if right:
        code.used_at = real_now
        if person.phone is not None and person.phone_verified_at is None:
            person.phone_verified_at = real_now
            session.add(person)
    session.add(code)
    return CodeTried(person if right else None, CODE_TRIES - code.tries)


def _keyed(secret_key: str, person_id: int, digits: str) -> str:
    return hmac.new(secret_key.encode(), f"code:{person_id}:{digits}".encode(), hashlib.sha256).hexdigest()


def make_card(session: Session, person: Person, *, label: str, who: Who, real_now: datetime) -> tuple[Card, str]:
    """A card that signs this person in, and the secret its QR code holds, told this once."""
    secret = new_token()
    assert who.person_id is not None
    card = Card(
        token_hash=token_hash(secret),
        person_id=person.key,
        label=label[:60],
        made_by=who.person_id,
        created_at=real_now,
    )
    session.add(card)
    session.flush()
    append(
        session, region=person.region, kind="person.card_made", at=real_now, subject=("person", person.key), actor=who,
        data={"card": card.key}, audience=[f"person:{person.key}"],
    )  # fmt: skip
    return card, secret


def use_card(session: Session, token: str, *, real_now: datetime) -> Person:
    """Who a card signs in; CardRevoked when it does not."""
    card = card_by_token(session, token)
    person = session.get(Person, card.person_id) if card is not None else None
    if card is None or person is None or person.state != AccountState.ACTIVE:
        raise CardRevoked()
    card.last_used_at = real_now
    session.add(card)
    return person


def revoke_card(session: Session, card: Card, *, who: Who, real_now: datetime) -> None:
    """Make a card worthless, from the moment on."""
    card.revoked_at = card.revoked_at or real_now
    session.add(card)
    append(
        session, region=who.region, kind="person.card_revoked", at=real_now, subject=("person", card.person_id),
        actor=who, data={"card": card.key}, audience=[f"person:{card.person_id}"],
    )  # fmt: skip


def set_pin(session: Session, site: Site, pin_hash: str, *, who: Who, real_now: datetime) -> None:
    """Choose the PIN of a site's shared devices; `pin_hash` is computed before the transaction."""
    assert who.person_id is not None
    row = pin_of(session, site.key) or SitePin(site_id=site.key, pin_hash="", set_by=who.person_id, set_at=real_now)
    row.pin_hash, row.set_by, row.set_at = pin_hash, who.person_id, real_now
    session.add(row)
    tell_site(session, site, "site.pin_set", who=who, now=real_now)


def pair_tablet(session: Session, site: Site, *, name: str, who: Who, real_now: datetime) -> str:
    """Make the device at hand one of the site's; the secret is what the device keeps."""
    secret = new_token()
    assert who.person_id is not None
    tablet = Tablet(
        token_hash=token_hash(secret), site_id=site.key, name=name[:60], paired_by=who.person_id, created_at=real_now
    )
    session.add(tablet)
    session.flush()
    tell_site(session, site, "site.tablet_paired", who=who, now=real_now, data={"tablet": tablet.key})
    return secret


def the_tablet(session: Session, token: str | None) -> tuple[Tablet, Site]:
    """The paired device a browser is, and its site; TabletUnpaired when it is none."""
    tablet = tablet_by_token(session, token) if token else None
    site = session.get(Site, tablet.site_id) if tablet is not None else None
    if tablet is None or site is None or not site.active:
        raise TabletUnpaired()
    return tablet, site


def unpair_tablet(session: Session, site: Site, tablet_id: int, *, who: Who, real_now: datetime) -> None:
    """The device no longer opens the site."""
    tablet = session.get(Tablet, tablet_id)
    if tablet is None or tablet.site_id != site.key:
        raise NotFound()
    tablet.revoked_at = tablet.revoked_at or real_now
    session.add(tablet)
    tell_site(session, site, "site.tablet_unpaired", who=who, now=real_now, data={"tablet": tablet.key})
