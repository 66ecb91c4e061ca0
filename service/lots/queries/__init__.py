"""Every `select` of the room, by noun; session first."""

from service.lots.queries.contents import (
    free_grams,
    last_allergens,
    lines_of,
    lines_of_lots,
    photo_of,
    photo_uses,
    photos_of,
    photos_of_lots,
    windows_of,
    windows_of_lots,
)
from service.lots.queries.donors import donor_sites, new_donors
from service.lots.queries.ending import lots_past, lots_to_close, photos_to_forget
from service.lots.queries.named import lots_of_templates, templates_of
from service.lots.queries.seeing import (
    STAFF,
    children_of,
    codes_beginning,
    is_repeated,
    last_lot_of,
    lot_by_id,
    lots_by_id,
    lots_seen_by,
    open_lots,
    relations_to,
)
from service.lots.queries.shares import (
    held_grams,
    share_by_id,
    shares_by_id,
    shares_of_claim,
    shares_of_lot,
    shares_of_lots,
)

__all__ = [
    "STAFF",
    "children_of",
    "codes_beginning",
    "donor_sites",
    "free_grams",
    "held_grams",
    "is_repeated",
    "last_allergens",
    "last_lot_of",
    "lines_of",
    "lines_of_lots",
    "lot_by_id",
    "lots_by_id",
    "lots_of_templates",
    "lots_past",
    "lots_seen_by",
    "lots_to_close",
    "new_donors",
    "open_lots",
    "photo_of",
    "photo_uses",
    "photos_of",
    "photos_of_lots",
    "photos_to_forget",
    "relations_to",
    "share_by_id",
    "shares_by_id",
    "shares_of_claim",
    "shares_of_lot",
    "shares_of_lots",
    "templates_of",
    "windows_of",
    "windows_of_lots",
]
