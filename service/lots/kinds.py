"""The closed lists of the room: states of a share, reasons, kinds of photos."""

from enum import StrEnum

from service.lots.rules.lifecycle import LotState


class ShareState(StrEnum):
    RESERVED = "reserved"
    COLLECTED = "collected"
    DELIVERED = "delivered"
    REFUSED = "refused"
    RELEASED = "released"
    NO_SHOW = "no_show"


# A share in one of these still holds its grams of the line; released and no_show have given them back.
HOLDING = frozenset({ShareState.RESERVED, ShareState.COLLECTED, ShareState.DELIVERED, ShareState.REFUSED})
# Something is still to be done with these.
OPEN_SHARES = frozenset({ShareState.RESERVED, ShareState.COLLECTED})
# Nothing is done with lots in these states any more, except by a recall.
ENDED_LOTS = frozenset({LotState.CLOSED, LotState.WITHDRAWN, LotState.EXPIRED, LotState.DESTROYED})


class RefusalReason(StrEnum):
    """Why a part was not taken, in the words of the decree on donations and of the field."""

    DLC_TOO_SHORT = "dlc_too_short"
    DLC_PASSED = "dlc_passed"
    TEMPERATURE = "temperature"
    DAMAGED_PACKAGING = "damaged_packaging"
    ALLERGEN_LABELLING = "allergen_labelling"
    UNFIT_APPEARANCE = "unfit_appearance"
    EXCLUDED_PRODUCT = "excluded_product"
    RECALL = "recall"
    OVERSTOCK = "overstock"
    NOT_ENOUGH_COLD = "not_enough_cold"
    TRANSPORT_IMPOSSIBLE = "transport_impossible"
    OUTSIDE_HOURS = "outside_hours"
    UNSUITABLE_PUBLIC = "unsuitable_public"
    WRONG_QUANTITY = "wrong_quantity"
    OTHER = "other"


class WithdrawalReason(StrEnum):
    SOLD = "sold"
    UNFIT = "unfit"
    MISTAKE = "mistake"
    CLOSED = "closed"
    MERGED = "merged"
    OTHER = "other"


class PhotoKind(StrEnum):
    FOOD = "food"
    LABEL = "label"
    GATE = "gate"
