"""What a charity's map draws: the shops with lots it may take, never a protected place."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from service.accounts.models import Site
from service.allocation.offers import Offer
from service.kit.i18n import ngettext
from service.kit.weight import show_kg


def map_of(offers: Sequence[Offer], site: Site, locale: str, cards: int) -> dict[str, Any]:
    """The data of `ui.map`: a point a shop with all it has on offer, leading to the first of its cards, or to its first
    lot where that is beyond the `cards` of the list; empty without any. Beside them the site itself, where its place
    may be shown."""
    on_page = {offer.lot.key for offer in offers[:cards]}
    by_shop: dict[int, list[Offer]] = defaultdict(list)
    for offer in offers:
        donor = offer.donor
        if not donor.protected and donor.latitude is not None and donor.longitude is not None:
            by_shop[donor.key].append(offer)
    points = []
    for found in by_shop.values():
        donor, key = found[0].donor, found[0].lot.key
        count = ngettext("%(count)s lot", "%(count)s lots", len(found), locale)
        grams = show_kg(sum(offer.grams for offer in found), locale)
        points.append({
            "lat": donor.latitude, "lon": donor.longitude, "text": f"{donor.name} · {count} · {grams}",
            "href": f"#lot-{key}" if key in on_page else f"/lots/{key}/claim?site={site.key}", "kind": "donor",
        })  # fmt: skip
    if points and not site.protected and site.latitude is not None:
        points.append({"lat": site.latitude, "lon": site.longitude, "text": site.name, "kind": "home"})
    return {"points": points} if points else {}
