"""What moving a stop comes to, as other programs read it."""

from datetime import datetime

from pydantic import BaseModel

from service.kit.i18n import gettext
from service.rounds.outputs.listed import Listed
from service.rounds.planning.moving import Offer


class ShiftedOut(BaseModel):
    shipment_id: int
    was: datetime
    becomes: datetime


class OfferOut(BaseModel):
    """Cents, seconds and metres more in all; `refused` says why it cannot be."""

    round_id: int
    cents: int
    seconds: int
    metres: int
    pickup_at: datetime | None
    delivery_at: datetime | None
    shifted: list[ShiftedOut]
    refused: str | None

    @classmethod
    def of(cls, offer: Offer, locale: str) -> "OfferOut":
        why = offer.refused
        return cls(
            round_id=offer.round_id,
            cents=offer.cents,
            seconds=offer.seconds,
            metres=offer.metres,
            pickup_at=offer.pickup_at,
            delivery_at=offer.delivery_at,
            shifted=[ShiftedOut.model_validate(one, from_attributes=True) for one in offer.shifted],
            refused=gettext(why.msgid, locale, **why.params) if why is not None else None,
        )


class Moves(Listed):
    items: list[OfferOut]
