"""What templates show of a lot: its rows together, read in a handful of queries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from config.catalogue import catalogue
from service.accounts.models import Organisation, Site
from service.accounts.queries import organisations_by_id, sites_by_id
from service.accounts.who import Who
from service.kit.i18n import N_, gettext
from service.kit.weight import show_kg
from service.lots import queries
from service.lots.counted import said_of_containers
from service.lots.models import Lot, LotLine, LotPhoto, LotWindow, PhotoKind, Share
from service.lots.shapes import seen_shares
from service.lots.words import STATES, category_icon, category_label, lot_title

ALLERGENS = N_("Allergènes : %(list)s")
ALLERGENS_UNKNOWN = N_("Allergènes inconnus")
TRACES = N_("traces possibles : %(list)s")
NONE_DECLARED = N_("aucun allergène déclaré")
INDICATIVE = N_("%(said)s (indicatif)")
LOT_NUMBER = N_("lot %(number)s")


@dataclass(frozen=True)
class LotView:
    """A lot and what belongs to it, as one person may see it."""

    lot: Lot
    site: Site
    organisation: Organisation
    lines: Sequence[LotLine]
    windows: Sequence[LotWindow]
    photos: Sequence[LotPhoto]
    shares: Sequence[Share]
    title: str
    icon: str
    on_offer: bool

    @property
    def grams(self) -> int:
        """What is in it now: posted, less what left it."""
        return sum(line.grams - line.left_grams for line in self.lines)

    @property
    def posted_grams(self) -> int:
        return sum(line.grams for line in self.lines)

    @property
    def free_grams(self) -> int:
        return sum(line.free_grams for line in self.lines) if self.on_offer else 0

    @property
    def shown_grams(self) -> int:
        """What a card says: what is in it, and what was in it once nothing is."""
        return self.grams or self.posted_grams

    @property
    def state(self) -> tuple[str, str, str]:
        """Label, kind of tag, icon."""
        return STATES[self.lot.state]

    @property
    def temperature(self) -> str:
        """The coldest class of its lines."""
        order = ("frozen", "chilled", "hot", "ambient")
        return min((line.temperature for line in self.lines), key=order.index, default="ambient")

    @property
    def thumbnail(self) -> str | None:
        """The address of its first photo, small; a photo of the food before one of a label."""
        photos = sorted(self.photos, key=lambda photo: (photo.kind != PhotoKind.FOOD, photo.number))
        return f"/lots/{self.lot.key}/photos/{photos[0].number}?size=small" if photos else None

    @property
    def is_late(self) -> bool:
        return not self.on_offer


def lot_views(session: Session, who: Who, lots: Sequence[Lot], now: datetime, locale: str) -> list[LotView]:
    """Several lots, for a list."""
    keys = [lot.key for lot in lots]
    lines, windows = queries.lines_of_lots(session, keys), queries.windows_of_lots(session, keys)
    photos, shares = queries.photos_of_lots(session, keys), queries.shares_of_lots(session, keys)
    sites = sites_by_id(session, {lot.site_id for lot in lots})
    organisations = organisations_by_id(session, {lot.organisation_id for lot in lots})
    return [
        LotView(
            lot=lot,
            site=sites[lot.site_id],
            organisation=organisations[lot.organisation_id],
            lines=lines[lot.key],
            windows=windows[lot.key],
            photos=photos[lot.key],
            shares=seen_shares(who, lot, shares[lot.key]),
            title=lot_title(lines[lot.key], locale),
            icon=category_icon(max(lines[lot.key], key=lambda line: line.grams).category),
            on_offer=lot.is_open and now < lot.deadline,
        )
        for lot in lots
    ]


def lot_view(session: Session, who: Who, lot: Lot, now: datetime, locale: str) -> LotView:
    """One lot."""
    return lot_views(session, who, [lot], now, locale)[0]


def sayings(locale: str) -> dict[str, Callable[[LotLine], str]]:
    """What templates say of a line, in the reader's language."""

    def line_label(line: LotLine) -> str:
        return category_label(line.category, locale)

    def line_details_text(line: LotLine) -> str:
        units = ""
        if line.units and line.unit_grams:
            units = f"{line.units} × {show_kg(line.unit_grams, locale)}"
        counted = said_of_containers(line.containers, locale)
        numbered = gettext(LOT_NUMBER, locale, number=line.lot_number) if line.lot_number else ""
        return " · ".join(part for part in (line.description, units, counted, numbered) if part)

    def line_icon(line: LotLine) -> str:
        return category_icon(line.category)

    def allergens_text(line: LotLine) -> str:
        return said_of_allergens(line, locale)

    return {
        "line_label": line_label,
        "line_details_text": line_details_text,
        "line_icon": line_icon,
        "allergens_text": allergens_text,
    }


def said_of_allergens(line: LotLine, locale: str) -> str:
    """The allergens of a line: said, indicative, or unknown, and never "none" for what nobody stated."""
    if line.allergens_state == "unknown":
        return gettext(ALLERGENS_UNKNOWN, locale)
    names = {allergen.slug: allergen.label(locale) for allergen in catalogue().allergens}
    contains = [names[slug] for slug, state in line.allergens.items() if state == "contains" and slug in names]
    may = [names[slug] for slug, state in line.allergens.items() if state == "may" and slug in names]
    parts = []
    if contains:
        parts.append(gettext(ALLERGENS, locale, list=", ".join(contains)))
    if may:
        parts.append(gettext(TRACES, locale, list=", ".join(may)))
    if not parts:
        parts.append(gettext(NONE_DECLARED, locale))
    said = " ; ".join(parts)
    return gettext(INDICATIVE, locale, said=said) if line.allergens_state == "indicative" else said
