"""Sites: added, changed, closed for some days or for good; and the one way to learn where a protected one is."""

from datetime import date, datetime

from sqlmodel import Session

from config.settings import Settings
from service.accounts.actions.placing import put_in_place
from service.accounts.errors import ClosureInPast
from service.accounts.forms import ClosureIn, SiteIn
from service.accounts.models import Closure, Organisation, Site
from service.accounts.protected import SecretAddress, read_address
from service.accounts.site_journal import tell_site
from service.accounts.who import Who
from service.kit.i18n import N_
from service.kit.refusals import Invalid

PLAIN_FIELDS = (
    "name", "opening_hours", "distribution_hours", "fridge_litres", "freezer_litres", "min_grams", "max_grams_day",
    "people_per_week", "accepted_categories", "exclusions", "takes_short_dlc", "collects_itself",
)  # fmt: skip
NAMES_THE_PLACE = N_("Ce nom dit où est le lieu : choisissez un nom neutre, par exemple « Point relais 07 ».")


def add_site(
    session: Session, settings: Settings, organisation: Organisation, asked: SiteIn, *, who: Who, now: datetime
) -> Site:
    """One more place where an organisation gives or receives."""
    site = Site(
        region=organisation.region, organisation_id=organisation.key, name=asked.name, commune="", departement="",
        protected=asked.protected,
    )  # fmt: skip
    _fill(session, settings, site, asked)
    _tell(session, site, "site.added", who=who, now=now)
    return site


def change_site(session: Session, settings: Settings, site: Site, asked: SiteIn, *, who: Who, now: datetime) -> None:
    """Bring what is known of a site to what its people say."""
    _fill(session, settings, site, asked)
    _tell(session, site, "site.changed", who=who, now=now)


def _fill(session: Session, settings: Settings, site: Site, asked: SiteIn) -> None:
    if asked.protected:
        _check_says_nothing(asked)
    for name in PLAIN_FIELDS:
        setattr(site, name, getattr(asked, name))
    # What is written about a secret place would describe it: it is not kept.
    site.access_note = "" if asked.protected else asked.access_note
    site.contact_name = "" if asked.protected else asked.contact_name
    site.contact_phone = asked.contact_phone
    site.protected = asked.protected
    put_in_place(session, settings, site, asked)


def _check_says_nothing(asked: SiteIn) -> None:
    """A protected site's name is shown to everyone: it may hold neither its street nor its city."""
    name = asked.name.casefold()
    if any(part and part.casefold() in name for part in (asked.street, asked.city, asked.postcode)):
        raise Invalid(fields={"name": NAMES_THE_PLACE})


def give_up_site(session: Session, site: Site, *, who: Who, now: datetime) -> None:
    """The site no longer gives or receives; what happened there stays."""
    if site.active:
        site.active = False
        session.add(site)
        _tell(session, site, "site.given_up", who=who, now=now)


def take_up_site(session: Session, site: Site, *, who: Who, now: datetime) -> None:
    """A site that was given up serves again."""
    if not site.active:
        site.active = True
        session.add(site)
        _tell(session, site, "site.taken_up", who=who, now=now)


def close_days(session: Session, site: Site, asked: ClosureIn, *, who: Who, now: datetime, today: date) -> Closure:
    """ "Fermé du … au …", both included."""
    if asked.last_day < today:
        raise ClosureInPast()
    closure = Closure(site_id=site.key, first_day=asked.first_day, last_day=asked.last_day)
    session.add(closure)
    session.flush()
    days = {"first_day": asked.first_day.isoformat(), "last_day": asked.last_day.isoformat()}
    _tell(session, site, "site.closed", who=who, now=now, closure=closure.key, **days)
    return closure


def reopen_days(session: Session, site: Site, closure: Closure, *, who: Who, now: datetime) -> None:
    """The site is open on these days after all."""
    days = {"first_day": closure.first_day.isoformat(), "last_day": closure.last_day.isoformat()}
    session.delete(closure)
    session.flush()
    _tell(session, site, "site.reopened", who=who, now=now, **days)


def reveal_address(session: Session, settings: Settings, site: Site, *, who: Who, now: datetime) -> SecretAddress:
    """Where a protected site is, for somebody the caller has checked; every reading is journaled for its people."""
    address = read_address(session, settings, site.key)
    tell_site(session, site, "site.address_read", who=who, now=now)
    return address


def _tell(session: Session, site: Site, kind: str, *, who: Who, now: datetime, **data: object) -> None:
    data = {"organisation": site.organisation_id, **data}
    tell_site(session, site, kind, who=who, now=now, data=data, others=["role:dispatcher", "role:region"])
