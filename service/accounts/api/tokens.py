"""Keys for machines: an e-mail address and a password give one, an end makes it worthless."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request

from service.accounts import passwords
from service.accounts.actions.sessions import make_token, revoke_token
from service.accounts.api.shapes import NewTokenOut, TokenOut, TokenPage
from service.accounts.attempts import address_of, attempts_of
from service.accounts.errors import WrongCredentials
from service.accounts.filling import said_by
from service.accounts.guard import Guard
from service.accounts.models import AccountState, Person
from service.accounts.queries import api_tokens_of, person_by_email
from service.accounts.who import Who
from service.kit.clock import real_now
from service.kit.refusals import Invalid
from service.web.deps import ReadSession, WriteSession
from service.web.errors import Malformed
from service.web.health import Open

router = APIRouter(tags=["accounts"])
Key = Annotated[int, Path(ge=1, le=2**53)]


class TokenIn(BaseModel):
    """Who asks for a key. As a form, `username` is accepted for `email`, as OAuth's password grant names it."""

    email: str = Field(max_length=254)
    password: str = Field(max_length=200)
    name: str = Field("API", max_length=60)


async def _asked(request: Request) -> TokenIn:
    try:
        if "form" in request.headers.get("content-type", ""):
            form = await request.form()
            given = {name: value for name, value in form.items() if isinstance(value, str)}
            given.setdefault("email", given.get("username", ""))
            return TokenIn.model_validate({k: v for k, v in given.items() if k in TokenIn.model_fields})
        return TokenIn.model_validate_json(await request.body())
    except ValidationError as error:
        if any(detail["type"] == "json_invalid" for detail in error.errors()):
            raise Malformed() from None
        raise Invalid(fields=said_by(error)) from None


@router.post(
    "/tokens",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                media: {"schema": TokenIn.model_json_schema()}
                for media in ("application/json", "application/x-www-form-urlencoded")
            },
        }
    },
)
def create_token(
    request: Request,
    _: Annotated[None, Depends(Open("tokens", "create"))],
    asked: Annotated[TokenIn, Depends(_asked)],
    read: ReadSession,
    session: WriteSession,
) -> NewTokenOut:
    """A key that acts as the person whose e-mail address and password these are, for a year."""
    email = asked.email.strip().lower()
    attempts, address = attempts_of(request), address_of(request)
    attempts.check("password", email, address)
    known = person_by_email(read, email)
    right = passwords.matches(known.password_hash if known else None, asked.password)
    if known is None or not right or known.state != AccountState.ACTIVE:
        attempts.count("password", email, address)
        raise WrongCredentials()
    attempts.forget("password", email)
    person = session.get(Person, known.key)
    assert person is not None
    token, secret = make_token(session, person, name=asked.name or "API", real_now=real_now())
    return NewTokenOut(id=token.key, token=secret, expires_at=token.expires_at)


@router.get("/tokens")
def list_tokens(who: Annotated[Who, Depends(Guard("tokens", "read"))], session: ReadSession) -> TokenPage:
    """My keys, without their secrets."""
    assert who.person_id is not None
    return TokenPage(items=[TokenOut.of(row) for row in api_tokens_of(session, who.person_id)])


@router.delete("/tokens/{token_id}", status_code=204)
def delete_token(who: Annotated[Who, Depends(Guard("tokens", "revoke"))], session: WriteSession, token_id: Key) -> None:
    """Make one of my keys worthless."""
    revoke_token(session, token_id, who=who, real_now=real_now())
