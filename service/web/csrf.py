"""Proof that a form was sent from one of our own pages."""

import hashlib
import hmac
import secrets

from starlette.requests import HTTPConnection, Request

from service.kit.i18n import N_
from service.kit.refusals import Refusal
from service.web.deps import parts_of

COOKIE = "glane_csrf"
FIELD = "csrf"
HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class FormNotOurs(Refusal):
    status = 403
    code = "csrf"
    message = N_("Ce formulaire a expiré ou ne vient pas de Glane. Rechargez la page puis recommencez.")


def seed_of(connection: HTTPConnection) -> str:
    """The browser's secret, made on its first visit; the security middleware sends it back as a cookie."""
    seed = connection.cookies.get(COOKIE) or getattr(connection.state, "csrf_seed", None)
    if not seed:
        seed = connection.state.csrf_seed = secrets.token_urlsafe(24)
    return str(seed)


def token_of(connection: HTTPConnection) -> str:
    """What a form of ours carries."""
    key = parts_of(connection).settings.secret_key.get_secret_value().encode()
    return hmac.new(key, b"csrf:" + seed_of(connection).encode(), hashlib.sha256).hexdigest()


async def check(request: Request) -> None:
    """Refuse a write that a browser sent by itself without our token, in a header or in the form."""
    if request.method in SAFE:
        return
    given = request.headers.get(HEADER)
    if given is None and "form" in request.headers.get("content-type", ""):
        value = (await request.form()).get(FIELD)
        given = value if isinstance(value, str) else None
    if COOKIE not in request.cookies or not hmac.compare_digest((given or "").encode(), token_of(request).encode()):
        raise FormNotOurs()
