"""One's own account: name and language, password, where one is signed in, cards, keys, and what one acts for."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.accounts import passwords
from service.accounts.actions import people, sessions
from service.accounts.actions import signing_in as keys
from service.accounts.doors import demand_rank, in_person, link, qr, relation_to_person, see
from service.accounts.errors import AlreadyRegistered
from service.accounts.filling import Filled, Form, answers, read, text_of
from service.accounts.forms import PersonIn
from service.accounts.guard import Guard
from service.accounts.identifiers import Wrong
from service.accounts.keys import Card
from service.accounts.models import Person
from service.accounts.passwords import check_strength
from service.accounts.policy import demand
from service.accounts.queries import (
    api_tokens_of,
    cards_of,
    memberships_of,
    open_sessions,
    organisation_sites,
    the_person,
    waiting_members,
)
from service.accounts.who import Who
from service.kit.clock import real_now
from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound, Refusal, SignInNeeded
from service.web.deps import Now, ReadSession, WriteSession
from service.web.templating import render

router = APIRouter()
Reader = Annotated[Who, Depends(Guard("account", "read"))]
Changer = Annotated[Who, Depends(Guard("account", "change"))]


def me(session: ReadSession | WriteSession, who: Who) -> Person:
    """The person who asks."""
    person = session.get(Person, who.person_id) if who.person_id is not None else None
    if person is None:
        raise SignInNeeded()
    return person


def _page(
    request: Request, session: ReadSession, who: Who, refusal: Refusal | None = None, **given: object
) -> Response:
    person = me(session, who)
    memberships = memberships_of(session, person.key)
    own = frozenset(organisation.key for _membership, organisation in memberships)
    heads = frozenset(o.key for _m, o in memberships if o.approves_members and o.key in who.organisation_ids)
    context = {
        "person": person,
        "given": Filled(given or {"name": person.name, "email": person.email, "phone": person.phone}),
        "refusal": refusal,
        "wrong": Filled(refusal.fields if refusal else {}),
        "memberships": memberships,
        "own_sites": organisation_sites(session, own),
        "waiting": waiting_members(session, heads) if heads else [],
        "sessions": open_sessions(session, person.key, real_now()),
        "cards": cards_of(session, person.key),
        "tokens": api_tokens_of(session, person.key),
    }
    return render(request, "accounts/account.html", context, status=refusal.status if refusal else 200)


@router.get("/account")
def show(request: Request, who: Reader, session: ReadSession) -> Response:
    """My account."""
    if who.tablet_site is not None:
        return render(request, "accounts/account_shared.html")
    return _page(request, session, who)


@router.post("/account")
def change(
    request: Request, who: Changer, read_session: ReadSession, session: WriteSession, form: Form, now: Now
) -> Response:
    """My name, e-mail address and phone."""
    try:
        asked = read(PersonIn, form)
        people.change_me(session, me(session, who), asked, who=who, now=now)
    except (Invalid, AlreadyRegistered) as refusal:
        session.rollback()
        return _page(request, read_session, who, refusal, **answers(form))
    return see("/account")


@router.post("/account/password")
def change_password(
    request: Request, who: Changer, read_session: ReadSession, session: WriteSession, form: Form
) -> Response:
    """A new password; the one there was is asked for, unless there was none."""
    in_person(who)
    typed, before = form.get("password"), form.get("current")
    person = me(read_session, who)
    try:
        if person.password_hash and not passwords.matches(
            person.password_hash, before if isinstance(before, str) else ""
        ):
            raise Invalid(fields={"current": N_("Ce n'est pas votre mot de passe actuel.")})
        password_hash = passwords.hashed(check_strength(typed if isinstance(typed, str) else ""))
    except Wrong as wrong:
        return _page(request, read_session, who, Invalid(fields={"password": str(wrong)}))
    except Invalid as refusal:
        return _page(request, read_session, who, refusal)
    people.set_password(session, me(session, who), password_hash, who=who, real_now=real_now())
    return see("/account")


@router.post("/account/sessions/{session_id}/end")
def end_session(who: Changer, session: WriteSession, session_id: int) -> Response:
    """Sign out one of my browsers."""
    sessions.revoke_session(session, session_id, who=who, real_now=real_now())
    return see("/account")


@router.post("/account/sessions/end-others")
def end_others(who: Changer, session: WriteSession) -> Response:
    """Sign out everywhere but here."""
    sessions.revoke_sessions(session, me(session, who).key, real_now=real_now(), keep=who.session_id)
    return see("/account")


@router.post("/account/tokens/{token_id}/end")
def end_token(who: Changer, session: WriteSession, token_id: int) -> Response:
    """Make one of my API keys worthless."""
    sessions.revoke_token(session, token_id, who=who, real_now=real_now())
    return see("/account")


@router.post("/people/{person_id}/cards")
def make_card(
    request: Request,
    who: Annotated[Who, Depends(Guard("cards", "make"))],
    session: WriteSession,
    form: Form,
    person_id: int,
) -> Response:
    """A card to print: for oneself, or by staff for somebody who has neither e-mail nor phone."""
    in_person(who)
    person = the_person(session, who, person_id)
    demand(who, "cards", "make", *(("self",) if person.key == who.person_id else ()))
    demand_rank(session, who, person)
    card, secret = keys.make_card(session, person, label=text_of(form, "label"), who=who, real_now=real_now())
    context = {"person": person, "card": card, "drawing": qr(link(request, f"/card/{secret}"))}
    return render(request, "accounts/card_print.html", context)


@router.post("/cards/{card_id}/end")
def end_card(who: Annotated[Who, Depends(Guard("cards", "revoke"))], session: WriteSession, card_id: int) -> Response:
    """A lost card opens nothing any more."""
    card = session.get(Card, card_id)
    if card is None:
        raise NotFound()
    person = the_person(session, who, card.person_id)
    demand(who, "cards", "revoke", *(("self",) if person.key == who.person_id else ()))
    keys.revoke_card(session, card, who=who, real_now=real_now())
    return see("/account" if person.key == who.person_id else f"/people/{person.key}")


@router.get("/people/{person_id}")
def show_person(
    request: Request, who: Annotated[Who, Depends(Guard("people", "read"))], session: ReadSession, person_id: int
) -> Response:
    """A person as staff see them."""
    person = the_person(session, who, person_id)
    demand(who, "people", "read", *relation_to_person(session, who, person))
    context = {
        "person": person,
        "memberships": memberships_of(session, person.key),
        "cards": cards_of(session, person.key) if who.may("cards", "revoke") else [],
        "may_suspend": who.person_id != person.key
        and bool(who.relations("people", "suspend") & {"any", *relation_to_person(session, who, person)}),
    }
    return render(request, "accounts/person.html", context)


@router.post("/people/{person_id}/suspension")
def suspend(
    who: Annotated[Who, Depends(Guard("people", "suspend"))], session: WriteSession, now: Now, person_id: int
) -> Response:
    """Suspend an account: whoever is signed in with it is out at once."""
    person = the_person(session, who, person_id)
    demand(who, "people", "suspend", *relation_to_person(session, who, person))
    demand_rank(session, who, person)
    people.suspend_person(session, person, who=who, now=now, real_now=real_now())
    return see(f"/people/{person_id}")


@router.post("/people/{person_id}/reactivation")
def reactivate(
    who: Annotated[Who, Depends(Guard("people", "suspend"))], session: WriteSession, now: Now, person_id: int
) -> Response:
    """The account works again."""
    person = the_person(session, who, person_id)
    demand(who, "people", "suspend", *relation_to_person(session, who, person))
    people.reactivate_person(session, person, who=who, now=now)
    return see(f"/people/{person_id}")
