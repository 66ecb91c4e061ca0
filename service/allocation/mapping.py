"""What a charity's map draws: the shops with lots it may take, never a protected place."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from service.accounts.models import Site
from service.allocation.offers import Offer
from service.kit.i18n import ngettext
from service.kit.weight import show_kg


def map_of(offers: Iterable[Offer], site: Site, locale: str) -> dict[str, Any]:
    """The data of `ui.map`: a point a shop with all it has on offer, leading to the first of its cards; empty without
    any. Beside them the site itself, where its place may be shown."""
    by_shop: dict[int, list[Offer]] = defaultdict(list)
    for offer in offers:
        donor = offer.donor
        if not donor.protected and donor.latitude is not None and donor.longitude is not None:
            by_shop[donor.key].append(offer)
    points = []
    for found in by_shop.values():
        donor = found[0].donor
        count = ngettext("%(count)s lot", "%(count)s lots", len(found), locale)
        grams = show_kg(sum(offer.grams for offer in found), locale)
        points.append({
            "lat": donor.latitude, "lon": donor.longitude, "text": f"{donor.name} · {count} · {grams}",
            "href": f"#lot-{found[0].lot.key}", "kind": "donor",
        })  # fmt: skip
    if points and not site.protected and site.latitude is not None:
        points.append({"lat": site.latitude, "lon": site.longitude, "text": site.name, "kind": "home"})
    return {"points": points} if points else {}
