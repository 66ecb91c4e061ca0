"""Lists of lots: a donor's own, a charity's, all of the region's for staff."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from service.accounts.guard import Guard
from service.accounts.who import Who
from service.kit.i18n import N_
from service.kit.pagination import AskedPage
from service.lots import queries
from service.lots.rules.lifecycle import LotState
from service.lots.views import lot_views
from service.web.deps import Locale, Now, ReadSession
from service.web.templating import render

router = APIRouter()
S = LotState
# What the chips above the list ask for.
SHELVES: dict[str, tuple[str, tuple[LotState, ...]]] = {
    "all": (N_("Tous"), ()),
    "open": (N_("Proposés"), (S.PUBLISHED, S.OFFERED)),
    "taken": (N_("Attribués"), (S.ALLOCATED, S.PLANNED)),
    "away": (N_("En route"), (S.COLLECTED,)),
    "done": (N_("Remis"), (S.DELIVERED, S.CLOSED)),
    "lost": (N_("Sans preneur"), (S.EXPIRED, S.WITHDRAWN, S.BLOCKED, S.DESTROYED)),
}


@router.get("/lots")
def list_lots(
    request: Request,
    who: Annotated[Who, Depends(Guard("lots", "read"))],
    session: ReadSession,
    now: Now,
    locale: Locale,
    asked: AskedPage,
    shelf: Annotated[str, Query(max_length=20)] = "all",
    departement: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    """A page of lots, the newest first, by state and for staff by département."""
    shelf = shelf if shelf in SHELVES else "all"
    page = queries.lots_seen_by(session, who, asked, states=SHELVES[shelf][1], departement=departement or None)
    staff = bool(who.roles & queries.STAFF)
    newcomers = queries.new_donors(session, who.region) if who.may("lots", "vouch") else []

    def address(**changed: object) -> str:
        given = {"shelf": shelf, "departement": departement, **changed}
        return "/lots?" + urlencode({name: value for name, value in given.items() if value})

    return render(
        request,
        "lots/list.html",
        {
            "lots": lot_views(session, who, page.items, now, locale),
            "shelves": [
                {"href": address(shelf=name), "label": label, "current": name == shelf}
                for name, (label, _states) in SHELVES.items()
            ],
            "departements": request.state.region.departements if staff else [],
            "departement": departement,
            "shelf": shelf,
            "next_href": address(after=page.next, limit=asked.limit) if page.next else None,
            "newcomers": newcomers,
            "staff": staff,
            # Only the first page is kept true while it is open: further ones are history.
            "first_page": asked.after is None,
            "here": address(),
        },
    )
