"""Signing in by password, by e-mailed link, by SMS code and by card; signing out."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends
from starlette.requests import Request
from starlette.responses import Response

from service.accounts import identifiers, passwords
from service.accounts.actions import signing_in as acts
from service.accounts.actions.sessions import end_session
from service.accounts.attempts import address_of, attempts_of
from service.accounts.doors import TABLET_COOKIE, demo_accounts, link, see, sign_in
from service.accounts.errors import CardRevoked, CodeSpent, LinkSpent, WrongCode, WrongCredentials
from service.accounts.filling import Form, text_of
from service.accounts.guard import BEHALF_COOKIE, SESSION_COOKIE, Guard
from service.accounts.identifiers import Wrong
from service.accounts.messages import send_code, send_link
from service.accounts.models import AccountState, Person
from service.accounts.queries import card_by_token, link_by_token, person_by_email, person_by_phone
from service.accounts.rules import CODE_MINUTES, LINK_MINUTES, local_path
from service.accounts.who import Who
from service.clients.parts import OutsideClients
from service.kit.clock import real_now
from service.kit.refusals import Invalid, Refusal
from service.web.deps import AppSettings, ReadSession, WriteSession
from service.web.navigation import home_of
from service.web.templating import render

router = APIRouter()
Visitor = Annotated[Who, Depends(Guard("sign_in", "use"))]


def _page(request: Request, next_: str, refusal: Refusal | None = None, **given: object) -> Response:
    context = {
        "next": local_path(next_, ""),
        "refusal": refusal,
        "tablet": TABLET_COOKIE in request.cookies,
        "demo_accounts": demo_accounts(request),
        "email": "",
        "phone": "",
        **given,
    }
    return render(request, "accounts/sign_in.html", context, status=refusal.status if refusal else 200)


@router.get("/sign-in")
def ask(request: Request, who: Visitor, next: str = "") -> Response:
    """Every way in on one page."""
    if who.person_id is not None:
        return see(local_path(next, home_of(who.roles)))
    return _page(request, next)


@router.post("/sign-in")
def by_password(request: Request, who: Visitor, read: ReadSession, session: WriteSession, form: Form) -> Response:
    """E-mail and password."""
    email, next_ = text_of(form, "email").lower(), text_of(form, "next")
    typed = form.get("password")
    password = typed if isinstance(typed, str) else ""
    attempts, address = attempts_of(request), address_of(request)
    attempts.check("password", email, address)
    known = person_by_email(read, email)
    # Hashed now, before the transaction begins; for nobody it takes as long as for somebody.
    right = passwords.matches(known.password_hash if known else None, password)
    if known is None or not right or known.state != AccountState.ACTIVE:
        attempts.count("password", email, address)
        return _page(request, next_, WrongCredentials(), email=email)
    attempts.forget("password", email)
    person = session.get(Person, known.key)
    assert person is not None
    return sign_in(request, session, person, method="password", target=next_)


@router.post("/sign-in/link")
def ask_link(
    request: Request,
    who: Visitor,
    session: WriteSession,
    form: Form,
    background: BackgroundTasks,
    clients: OutsideClients,
) -> Response:
    """E-mail a link. The answer is the same whether the address has an account or not."""
    typed, next_ = text_of(form, "email"), text_of(form, "next")
    try:
        email = identifiers.email(typed)
    except Wrong as wrong:
        return _page(request, next_, _wrong("email", wrong), email=typed)
    attempts, address = attempts_of(request), address_of(request)
    attempts.check("message", email, address)
    attempts.count("message", email, address)
    person = person_by_email(session, email)
    if person is not None and person.state == AccountState.ACTIVE:
        token = acts.make_link(session, person, real_now=real_now())
        query = f"?next={next_}" if local_path(next_, "") and "&" not in next_ and "#" not in next_ else ""
        background.add_task(send_link, clients, email, link(request, f"/sign-in/link/{token}{query}"), person.locale)
    return render(request, "accounts/link_sent.html", {"email": email, "minutes": LINK_MINUTES, "next": next_})


@router.get("/sign-in/link/{token}")
def open_link(request: Request, who: Visitor, session: ReadSession, token: str, next: str = "") -> Response:
    """One more tap before the link is spent: mail filters open every link they see."""
    found = link_by_token(session, token)
    if found is None or not found.opens(real_now()):
        return _page(request, next, LinkSpent())
    return render(request, "accounts/link_open.html", {"token": token, "next": local_path(next, "")})


@router.post("/sign-in/link/{token}")
def by_link(request: Request, who: Visitor, session: WriteSession, form: Form, token: str) -> Response:
    """Spend the link."""
    person = acts.use_link(session, token, real_now=real_now())
    return sign_in(request, session, person, method="link", target=text_of(form, "next"))


@router.post("/sign-in/code")
def ask_code(
    request: Request,
    who: Visitor,
    settings: AppSettings,
    session: WriteSession,
    form: Form,
    background: BackgroundTasks,
    clients: OutsideClients,
) -> Response:
    """Send a code by SMS; the same answer whether the number has an account or not."""
    typed, next_ = text_of(form, "phone"), text_of(form, "next")
    try:
        phone = identifiers.phone(typed)
    except Wrong as wrong:
        return _page(request, next_, _wrong("phone", wrong), phone=typed)
    attempts, address = attempts_of(request), address_of(request)
    attempts.check("message", phone, address)
    attempts.count("message", phone, address)
    person = person_by_phone(session, phone)
    if person is not None and person.state == AccountState.ACTIVE:
        key = settings.secret_key.get_secret_value()
        digits = acts.make_code(session, person, secret_key=key, real_now=real_now())
        background.add_task(send_code, clients, phone, digits, person.locale)
    return code_page(request, phone, next_)


def code_page(request: Request, phone: str, next_: str, refusal: Refusal | None = None) -> Response:
    """Where the digits are typed."""
    context = {
        "phone": phone,
        "shown": identifiers.show_phone(phone),
        "minutes": CODE_MINUTES,
        "next": local_path(next_, ""),
        "refusal": refusal,
    }
    return render(request, "accounts/code.html", context, status=refusal.status if refusal else 200)


@router.post("/sign-in/code/check")
def by_code(request: Request, who: Visitor, settings: AppSettings, session: WriteSession, form: Form) -> Response:
    """The six digits."""
    typed, next_ = text_of(form, "phone"), text_of(form, "next")
    try:
        phone = identifiers.phone(typed)
    except Wrong as wrong:
        return _page(request, next_, _wrong("phone", wrong), phone=typed)
    digits = "".join(character for character in text_of(form, "code") if character.isdigit())
    attempts, address = attempts_of(request), address_of(request)
    attempts.check("code", phone, address)
    attempts.count("code", phone, address)
    key = settings.secret_key.get_secret_value()
    tried = acts.try_code(session, person_by_phone(session, phone), digits, secret_key=key, real_now=real_now())
    if tried.person is None:
        # Answered, not raised: the try must stay counted.
        return code_page(request, phone, next_, WrongCode(left=tried.left) if tried.left else CodeSpent())
    attempts.forget("code", phone)
    return sign_in(request, session, tried.person, method="code", target=next_)


@router.get("/card/{token}")
def show_card(request: Request, who: Visitor, session: ReadSession, token: str) -> Response:
    """Whose card it is; signing in takes one more tap, so that a mere scan opens nothing."""
    attempts, address = attempts_of(request), address_of(request)
    attempts.check("card", token, address)
    card = card_by_token(session, token)
    person = session.get(Person, card.person_id) if card is not None else None
    if card is None or person is None or person.state != AccountState.ACTIVE:
        attempts.count("card", token, address)
        return _page(request, "", CardRevoked())
    return render(request, "accounts/card_open.html", {"token": token, "person": person, "card": card})


@router.post("/card/{token}")
def by_card(request: Request, who: Visitor, session: WriteSession, token: str) -> Response:
    """Sign the card's holder in."""
    attempts_of(request).check("card", token, address_of(request))
    person = acts.use_card(session, token, real_now=real_now())
    return sign_in(request, session, person, method="card", target=None)


@router.post("/sign-out")
def sign_out(
    request: Request, who: Annotated[Who, Depends(Guard("session", "end"))], session: WriteSession
) -> Response:
    """End this browser's session; a shared tablet goes back to its own door."""
    token = request.cookies.get(SESSION_COOKIE)
    if token:
        end_session(session, token, real_now=real_now())
    response = see("/tablet" if who.tablet_site is not None else "/")
    response.delete_cookie(SESSION_COOKIE, path="/")
    response.delete_cookie(BEHALF_COOKIE, path="/")
    return response


def _wrong(name: str, wrong: Wrong) -> Refusal:
    return Invalid(fields={name: str(wrong)})
