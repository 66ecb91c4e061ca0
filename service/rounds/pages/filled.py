"""Forms on pages: what was typed and what is wrong with it, for templates, and how sending one ends."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from service.kit.refusals import Refusal
from service.web.templating import render


class Filled(dict[str, str]):
    """A dict whose unknown keys are empty texts: a field nobody filled is empty, not an error."""

    def __missing__(self, key: str) -> str:
        return ""


def wrong_of(refusal: Refusal | None) -> Filled:
    """What is wrong with each field; nothing without a refusal."""
    return Filled(refusal.fields if refusal else {})


def form_page(
    request: Request, template: str, context: dict[str, Any], typed: Mapping[str, str], refusal: Refusal | None
) -> Response:
    """A page with a form on it: as it stands, or with what was typed and why it was refused."""
    filled = {"typed": Filled(typed), "refusal": refusal, "wrong": wrong_of(refusal)}
    return render(request, template, {**context, **filled}, status=refusal.status if refusal else 200)


def saved_or_again(
    session: Session, save: Callable[[], object], then: str, again: Callable[[Refusal], Response]
) -> Response:
    """How sending a form ends: the page `then` once it is saved; the form `again`, nothing kept, where it is refused.

    Whoever may not, or asks for what is not there, gets the page for that.
    """
    try:
        save()
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        session.rollback()
        return again(refusal)
    return RedirectResponse(then, status_code=303)
