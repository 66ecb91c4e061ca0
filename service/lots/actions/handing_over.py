"""From the donor's hands to the charity's shelf: collected, delivered, refused."""

from datetime import datetime

from sqlmodel import Session

from config.food_law import TemperatureClass, law_at
from service.accounts.who import Who
from service.lots.errors import AgainstFoodLaw, LotNotChangeable, ReasonUnknown, ShareTooSmall, WeightImplausible
from service.lots.facts import zone_of
from service.lots.models import Lot, LotLine, RefusalReason, Share, ShareState
from service.lots.rules.lifecycle import LotState
from service.lots.rules.temperature import check_temperature
from service.lots.rules.verdicts import Verdict, forbidden
from service.lots.rules.weights import check_weighing
from service.lots.stepping import follow
from service.lots.telling import tell_share

# A lorry's load: no single share weighs more, whatever a finger slipped on.
HEAVIEST = 30_000_000


def _parts(session: Session, share: Share) -> tuple[Lot, LotLine]:
    lot = session.get_one(Lot, share.lot_id)
    if lot.state in (LotState.BLOCKED, LotState.DESTROYED):
        raise LotNotChangeable()
    return lot, session.get_one(LotLine, share.line_id)


def _read(line: LotLine, lot: Lot, temperature_c: float | None, now: datetime, who: Who | None) -> list[Verdict]:
    """What the law says of a reading; a reading beyond tolerance is refused, the food with it."""
    if temperature_c is None:
        return []
    verdicts = check_temperature(
        TemperatureClass(line.temperature_code), temperature_c, law_at(now, zone_of(lot.region))
    )
    if refused := forbidden(verdicts):
        said = refused[0].text(who.locale if who else "fr")
        raise AgainstFoodLaw(rules=[verdict.code for verdict in refused], fields={"temperature_c": said}, reason=said)
    return verdicts


def _weighed(share_grams: int, grams: int) -> int:
    if not 0 < grams <= HEAVIEST:
        raise WeightImplausible()
    return grams


def variance(announced: int, weighed: int, lot: Lot, now: datetime) -> list[Verdict]:
    """Whether the two weights differ so much that a reason is asked (a warning, never a refusal)."""
    return check_weighing(announced, weighed, law_at(now, zone_of(lot.region)))


def collect_share(
    session: Session,
    share: Share,
    *,
    grams: int | None = None,
    temperature_c: float | None = None,
    who: Who | None,
    now: datetime,
    late: bool = False,
) -> None:
    """It has left the donor: `grams` as weighed at pickup, the granted weight when nobody weighed.

    `now` is when it happened; `late` marks what was entered afterwards. Refused while the lot's correction awaits this
    holder's word, and when the temperature is beyond what the law tolerates (refuse the food instead).
    """
    share.must_be(ShareState.RESERVED)
    lot, line = _parts(session, share)
    share.must_agree_with(lot)
    verdicts = _read(line, lot, temperature_c, now, who)
    due = share.due_grams
    weighed = due if grams is None else _weighed(due, grams)
    verdicts += variance(due, weighed, lot, now)
    share.state, share.collected_at = ShareState.COLLECTED, now
    share.collected_grams, share.temperature_c = weighed, temperature_c
    session.add(share)
    data = {
        "grams": weighed,
        "granted": share.grams,
        "temperature_c": temperature_c,
        "rules": [verdict.as_data() for verdict in verdicts],
        "late": late,
    }
    tell_share(session, lot, share, line, "share.collected", who=who, now=now, from_state="reserved", data=data)
    follow(session, lot, who=who, now=now, tell=False)


def deliver_share(
    session: Session,
    share: Share,
    *,
    received_grams: int | None = None,
    temperature_c: float | None = None,
    who: Who | None,
    now: datetime,
    late: bool = False,
) -> None:
    """It is at the charity's, which weighed `received_grams`: the reference of every figure.

    A share handed over directly may pass from reserved to delivered: both steps are then written.
    """
    share.must_be(ShareState.RESERVED, ShareState.COLLECTED)
    if share.state == ShareState.RESERVED:
        collect_share(session, share, temperature_c=temperature_c, who=who, now=now, late=late)
    lot, line = _parts(session, share)
    share.must_agree_with(lot)
    verdicts = _read(line, lot, temperature_c, now, who)
    # What was refused at the donor's was not weighed there.
    refused = 0 if share.refused_at == "pickup" else share.refused_grams
    expected = max(0, (share.collected_grams or share.grams) - refused)
    weighed = _weighed(expected, expected if received_grams is None else received_grams)
    verdicts += variance(expected, weighed, lot, now)
    share.state, share.delivered_at = ShareState.DELIVERED, now
    share.received_grams, share.delivered_temperature_c = weighed, temperature_c
    session.add(share)
    data = {
        "grams": weighed,
        "granted": share.grams,
        "refused": share.refused_grams,
        "temperature_c": temperature_c,
        "rules": [verdict.as_data() for verdict in verdicts],
        "late": late,
    }
    tell_share(session, lot, share, line, "share.delivered", who=who, now=now, from_state="collected", data=data)
    follow(session, lot, who=who, now=now, tell=False)


def refuse_share(
    session: Session,
    share: Share,
    *,
    grams: int | None = None,
    reason: str,
    at: str = "pickup",
    who: Who | None,
    now: datetime,
    late: bool = False,
) -> None:
    """All or `grams` of a share is not taken, at "pickup" or at "delivery", for one of the known reasons.

    Refused grams stay with the share, for the figures; `rest_as_new_lot` offers them on.
    """
    if at not in ("pickup", "delivery"):
        raise ValueError(f"refused at {at!r}?")
    if reason not in set(RefusalReason):
        raise ReasonUnknown(fields={"reason": ReasonUnknown.message})
    share.must_be(*((ShareState.RESERVED,) if at == "pickup" else (ShareState.RESERVED, ShareState.COLLECTED)))
    lot, line = _parts(session, share)
    refused = share.due_grams if grams is None else grams
    if not 0 < refused <= share.due_grams:
        raise ShareTooSmall(fields={"grams": ShareTooSmall.message})
    before = str(share.state)
    share.refused_grams += refused
    share.refusal_reason, share.refused_at = reason, at
    if share.due_grams == 0:
        share.state = ShareState.REFUSED
    session.add(share)
    data = {"grams": refused, "reason": reason, "at": at, "late": late}
    tell_share(session, lot, share, line, "share.refused", who=who, now=now, from_state=before, data=data)
    follow(session, lot, who=who, now=now, tell=False)
