"""A round on paper: what is shown becomes the values the sheet prints. Protected places have no address on it."""

from datetime import datetime, timedelta

from sqlmodel import Session

from config.food_law import law_at
from config.regions import load_region_config
from config.settings import Settings
from service.accounts.models import Site
from service.accounts.who import Who
from service.documents.papers.round_sheet import Cold, RoundSheet, SheetLine, SheetStop, round_sheet
from service.kit.clock import local
from service.kit.i18n import N_, gettext
from service.rounds.models import Cold as Equipment
from service.rounds.models import Round
from service.rounds.showing import Called, Handled, Shown, shown

BOX_NOTE = N_(
    "Frais en caisson fermé avec plaques : %(minutes)s min au plus entre le chargement et la livraison, "
    "%(out)s min hors du froid en tout."
)


def sheet_pdf(session: Session, settings: Settings, round_: Round, who: Who, now: datetime) -> bytes:
    """The round sheet as PDF bytes, in French as every paper."""
    return round_sheet(sheet_of(shown(session, round_, who, now, "fr"), settings, now))


def sheet_of(view: Shown, settings: Settings, now: datetime) -> RoundSheet:
    """The values a sheet prints."""
    round_ = view.round
    config = load_region_config(round_.region)
    stops = [
        SheetStop("start", round_.starts_at, view.start.name, address=_address(view.start)),
        *(stop for called in view.stops for stop in _stops(called)),
        SheetStop("end", round_.ends_at, view.end.name, address=_address(view.end) if view.ends_elsewhere else ()),
    ]
    return RoundSheet(
        name=f"Tournée {round_.key}",
        region_name=config.name,
        zone=config.time_zone,
        day=local(round_.starts_at, config.time_zone).date(),
        printed_at=now,
        version=round_.plan_version,
        vehicle=view.vehicle.name,
        driver=view.driver,
        mate=view.mate or None,
        stops=tuple(stops),
        url=f"{settings.address}/rounds/{round_.key}",
        metres=round_.metres,
        dispatcher_phone=config.help.phone,
        cold_note=_cold_note(view),
        fictitious=settings.demo,
    )


def _address(site: Site) -> tuple[str, ...]:
    town = " ".join(part for part in (site.postcode, site.city) if part)
    return () if site.protected else tuple(part for part in (site.street, town) if part)


def _cold_note(view: Shown) -> str | None:
    if view.vehicle.cold != Equipment.BOX or not view.is_cold:
        return None
    limits = law_at(view.round.starts_at, load_region_config(view.round.region).time_zone).transport
    minutes, out = limits.max_seconds_isothermal // 60, limits.max_seconds_out_of_cold // 60
    return gettext(BOX_NOTE, minutes=minutes, out=out)


def _stops(called: Called) -> list[SheetStop]:
    """A visit that unloads and loads prints as two: each has its own lines and signatures."""
    parts = []
    begins = called.stop.arrived_at or called.stop.expected_at
    for kind, handled in (("delivery", called.unloads), ("pickup", called.loads)):
        lines = tuple(line for one in handled for line in _lines(one))
        if not lines:
            continue
        window = next(((a, b) for a, b in called.hours if a <= begins <= b + timedelta(hours=1)), None)
        secret = called.site.protected
        parts.append(
            SheetStop(
                kind="delivery" if kind == "delivery" else "pickup",
                planned_at=begins,
                place=called.organisation if secret else _place(called),
                address=called.address,
                window=None if secret else window,
                contact=None if secret else called.site.contact_name or None,
                phone=None if secret else called.site.contact_phone,
                access=None if secret else " ".join(called.notes) or None,
                lines=lines,
                protected=secret,
            )
        )
    return parts


def _place(called: Called) -> str:
    """The organisation, and the site's own name where it says more."""
    if called.organisation == called.site.name:
        return called.organisation
    return f"{called.organisation}, {called.site.name}"


def _lines(handled: Handled) -> list[SheetLine]:
    colds: dict[str, Cold] = {"chilled": "chilled", "frozen": "frozen"}
    crates = handled.shipment.crates
    lines = []
    for number, goods in enumerate(handled.goods):
        cold: Cold = colds.get(goods.temperature, "ambient")
        note = f"lot {goods.lot_code}" if goods.lot_code else None
        lines.append(SheetLine(goods.label, goods.grams, cold, crates=crates if number == 0 else 0, note=note))
    return lines
