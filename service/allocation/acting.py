"""Who acts when a charity's own rule does: the person who set it, else somebody of the same charity."""

from sqlmodel import Session

from service.accounts.errors import CannotSpeakFor
from service.accounts.models import Role
from service.accounts.queries import members, speaking, who_is
from service.accounts.who import Who


def acting_for(session: Session, *, organisation_id: int, site_id: int, person_id: int) -> Who | None:
    """The person who set a rule for a site, speaking for the charity if that is how it was set.

    Once they have left, a member of the charity who acts for the site, by name; None when nobody does any more.
    """
    setter = who_is(session, person_id)
    if setter is not None:
        if _may(setter, site_id):
            return setter
        try:
            return speaking(session, setter, organisation_id)
        except CannotSpeakFor:
            pass  # They neither belong to the charity nor speak for it any more: a member acts.
    for person in members(session, organisation_id, Role.CHARITY):
        member = who_is(session, person.key)
        if member is not None and _may(member, site_id):
            return member
    return None


def _may(who: Who, site_id: int) -> bool:
    return site_id in who.site_ids and "own" in who.relations("claims", "make")
