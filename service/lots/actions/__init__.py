"""What can be done with lots: every verb of the room, each a part of somebody's one transaction."""

from service.lots.actions.correcting import correct, state_quantity
from service.lots.actions.expiring import expire_due
from service.lots.actions.granting import confirm_version, mark_planned, no_show, release_shares, reserve
from service.lots.actions.handing_over import collect_share, deliver_share, refuse_share, variance
from service.lots.actions.lending import count_crates
from service.lots.actions.naming import keep_as, put_away, take_back, template_to_change
from service.lots.actions.offering_on import rest_as_new_lot
from service.lots.actions.photographing import add_photo, forget_photos
from service.lots.actions.posting import first_lot_seen, post, repeat, suggested_windows
from service.lots.actions.practising import try_posting
from service.lots.actions.splitting import split, unsplit
from service.lots.actions.undoing import (
    can_be_offered_again,
    reversal_of,
    undo_correction,
    undo_posting,
    undo_withdrawal,
)
from service.lots.actions.withdrawing import withdraw

__all__ = [
    "add_photo",
    "can_be_offered_again",
    "collect_share",
    "confirm_version",
    "correct",
    "count_crates",
    "deliver_share",
    "expire_due",
    "first_lot_seen",
    "forget_photos",
    "keep_as",
    "mark_planned",
    "no_show",
    "post",
    "put_away",
    "refuse_share",
    "release_shares",
    "repeat",
    "reserve",
    "rest_as_new_lot",
    "reversal_of",
    "split",
    "state_quantity",
    "suggested_windows",
    "try_posting",
    "undo_correction",
    "undo_posting",
    "undo_withdrawal",
    "take_back",
    "template_to_change",
    "unsplit",
    "variance",
    "withdraw",
]
