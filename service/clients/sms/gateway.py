"""Text messages through any provider that takes an HTTP request: its shape is a setting."""

import time
import uuid
from collections.abc import Mapping
from typing import Literal, assert_never

import httpx2

from service.clients.sms.alphabet import to_gsm
from service.clients.sms.port import SmsNotSent, checked

Encoding = Literal["json", "form"]
USUAL_HEADERS = {"Authorization": "Bearer {token}", "Idempotency-Key": "{id}"}
# Worth another try: the provider is slow, too busy, or asks to come back.
_COME_BACK = frozenset({408, 409, 423, 425, 429})
# The same reference again, so that a message whose answer was lost is not sent twice by a provider that knows of them.
_TRIES, _PAUSE_S = 2, 0.5


class HttpSms:
    """A provider described by its address, its token and the shape of its request.

    ``body`` is the provider's request with places to fill: ``{to}`` (``+33612345678``), ``{digits}``
    (the same without the plus), ``{text}``, ``{sender}``, ``{token}``, ``{id}`` (the same at each try of one
    message). It may be nested, as in ``{"messages": [{"to": "{to}", "body": "{text}"}]}``; with ``encoding="form"``
    it is flat. ``headers`` take the same places; by default they carry the token and the id.
    """

    def __init__(
        self,
        *,
        url: str,
        token: str,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        encoding: Encoding = "json",
        sender: str = "Glane",
        timeout_s: float = 10,
    ) -> None:
        self._url, self._token, self._sender = url, token, sender
        self._body: Mapping[str, object] = {"to": "{to}", "text": "{text}"} if body is None else body
        self._headers = dict(USUAL_HEADERS if headers is None else headers)
        self._encoding: Encoding = encoding
        self._timeout_s = timeout_s

    def send(self, to_e164: str, text: str, reference: str = "") -> None:
        """Send one message, rewritten in the network's alphabet; see ``Sms.send``. What passes is tried once more."""
        number = checked(to_e164)
        places = {
            "to": number,
            "digits": number.removeprefix("+"),
            "text": to_gsm(text),
            "sender": self._sender,
            "token": self._token,
            "id": reference or uuid.uuid4().hex,
        }
        for left in reversed(range(_TRIES)):
            try:
                self._post(places)
                return
            except SmsNotSent as problem:
                if problem.permanent or not left:
                    raise
                time.sleep(_PAUSE_S)

    def _post(self, places: Mapping[str, str]) -> None:
        body = {key: _filled(value, places) for key, value in self._body.items()}
        headers = {key: _written(value, places) for key, value in self._headers.items()}
        try:
            # Redirects are not followed: they would hand the token to another host.
            with httpx2.Client(timeout=self._timeout_s, follow_redirects=False) as client:
                match self._encoding:
                    case "json":
                        answer = client.post(self._url, json=body, headers=headers)
                    case "form":
                        form = {key: str(value) for key, value in body.items()}
                        answer = client.post(self._url, data=form, headers=headers)
                    case _:
                        assert_never(self._encoding)
        except httpx2.HTTPError as error:
            # The class alone: the words of the error may quote the address with its token.
            raise SmsNotSent(f"the provider cannot be reached: {type(error).__name__}", permanent=False) from error
        if not answer.is_success:
            refused = 400 <= answer.status_code < 500 and answer.status_code not in _COME_BACK
            # 401 and 403 are our own settings at fault: someone repairs them, the message waits.
            permanent = refused and answer.status_code not in (401, 403, 404)
            raise SmsNotSent(f"the provider answered {answer.status_code}", permanent=permanent)


def _filled(value: object, places: Mapping[str, str]) -> object:
    if isinstance(value, str):
        return _written(value, places)
    if isinstance(value, Mapping):
        return {str(key): _filled(inner, places) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, places) for inner in value]
    return value


def _written(template: str, places: Mapping[str, str]) -> str:
    """Fill the places in one pass, so that a text which itself says ``{token}`` stays as written."""
    written, rest = "", template
    while rest:
        before, brace, after = rest.partition("{")
        name, closing, tail = after.partition("}")
        if brace and closing and name in places:
            written, rest = written + before + places[name], tail
        else:
            written, rest = written + before + brace, after
    return written
