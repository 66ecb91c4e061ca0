"""Headers that lock the browser down, a limit on what is sent, and the CSRF cookie."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.kit.i18n import N_
from service.kit.refusals import Refusal
from service.web import csrf
from service.web.deps import parts_of
from service.web.errors import answer

MOST_BYTES = 30 * 1024 * 1024


class TooLarge(Refusal):
    status = 413
    code = "too-large"
    message = N_("C'est trop volumineux : une photo peut peser 25 Mo au plus. Réduisez-la ou reprenez-la.")


def policy(tiles: str) -> str:
    """The content security policy: ours only, no inline script or style, map tiles from where the region says."""
    images = " ".join(filter(None, ["'self'", "data:", "blob:", tiles]))
    return (
        "default-src 'self'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
        f"img-src {images}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "manifest-src 'self'; worker-src 'self'"
    )


class Security:
    """ASGI middleware: security headers on every answer, 413 before a body that is too large is read."""

    def __init__(self, app: ASGIApp, tiles: str = "") -> None:
        self.app = app
        self.policy = policy(tiles)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        scope.setdefault("state", {})
        seen = 0

        async def limited_receive() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MOST_BYTES:
                raise TooLarge()
            return message

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-security-policy", self.policy)
                headers.setdefault("x-content-type-options", "nosniff")
                headers.setdefault("referrer-policy", "same-origin")
                headers.setdefault("cross-origin-opener-policy", "same-origin")
                headers.setdefault("permissions-policy", "geolocation=(self), camera=(self), microphone=()")
                secure = parts_of(connection).settings.environment == "production"
                if secure:
                    headers.setdefault("strict-transport-security", "max-age=31536000")
                seed = scope["state"].get("csrf_seed")
                if seed:
                    flags = "; Secure" if secure else ""
                    headers.append("set-cookie", f"{csrf.COOKIE}={seed}; Path=/; HttpOnly; SameSite=Lax{flags}")
            await send(message)

        length = Headers(scope=scope).get("content-length", "")
        if length.isdigit() and int(length) > MOST_BYTES:
            await answer(connection, TooLarge())(scope, receive, send_with_headers)
            return
        await self.app(scope, limited_receive, send_with_headers)
