"""What a driver or a charity could not take becomes a lot again, in one tap."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.lots.actions.building import Window
from service.lots.actions.splitting import open_part
from service.lots.errors import LotNotChangeable, ShareNotOpen, ShareTooSmall
from service.lots.models import Lot, LotLine, Share, ShareState
from service.lots.rules.lifecycle import LotState
from service.lots.stepping import follow
from service.lots.telling import tell_share


def rest_as_new_lot(
    session: Session,
    share: Share,
    *,
    grams: int,
    who: Who,
    now: datetime,
    site_id: int | None = None,
    windows: Sequence[Window] = (),
) -> Lot:
    """`grams` of a share leave it for a new lot, offered to everybody at once.

    They are taken from what the share was refused if there is that much, else from what it still was to carry (some of
    which must remain: release the share to offer all of it again). `site_id` says where the food is now, when it has
    left the donor's. `LotTooLate` (409) when it can no longer be given.
    """
    lot, line = session.get_one(Lot, share.lot_id), session.get_one(LotLine, share.line_id)
    if lot.state in (LotState.BLOCKED, LotState.DESTROYED):
        raise LotNotChangeable()
    if grams <= 0:
        raise ShareTooSmall(fields={"grams": ShareTooSmall.message})
    if share.refused_grams >= grams and share.state not in (ShareState.RELEASED, ShareState.NO_SHOW):
        share.refused_grams -= grams
    elif not share.is_open:
        raise ShareNotOpen()
    elif grams >= share.due_grams:
        raise ShareTooSmall(fields={"grams": ShareTooSmall.message})
    share.grams -= grams
    # Through free and out again, so that the line's balance is the same rule everywhere.
    line.give_back(grams)
    line.leave(grams)
    session.add_all([share, line])
    data = {"grams": grams, "left": share.grams}
    tell_share(session, lot, share, line, "share.reduced", who=who, now=now, from_state=str(share.state), data=data)
    child = open_part(session, lot, [(line, grams)], windows=windows, reason="rest", who=who, now=now, site_id=site_id)
    follow(session, lot, who=who, now=now, tell=False)
    return child
