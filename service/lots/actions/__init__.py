"""What can be done with lots: every verb of the room, each a part of somebody's one transaction."""

from service.lots.actions.correcting import correct, state_quantity
from service.lots.actions.expiring import expire_due
from service.lots.actions.granting import confirm_version, mark_planned, no_show, release_shares, reserve
from service.lots.actions.handing_over import collect_share, deliver_share, refuse_share, variance
from service.lots.actions.lending import count_crates
from service.lots.actions.offering_on import rest_as_new_lot
from service.lots.actions.photographing import add_photo, forget_photos
from service.lots.actions.posting import first_lot_seen, post, repeat, suggested_windows
from service.lots.actions.splitting import split, unsplit
from service.lots.actions.withdrawing import withdraw

__all__ = [
    "add_photo",
    "collect_share",
    "confirm_version",
    "correct",
    "count_crates",
    "deliver_share",
    "expire_due",
    "first_lot_seen",
    "forget_photos",
    "mark_planned",
    "no_show",
    "post",
    "refuse_share",
    "release_shares",
    "repeat",
    "reserve",
    "rest_as_new_lot",
    "split",
    "state_quantity",
    "suggested_windows",
    "unsplit",
    "variance",
    "withdraw",
]
