"""A lot of a protected place says nothing of where that is: no point on a map, no way in, no photo of the gate."""

from sqlmodel import Session

from service.accounts.models import Site
from service.kit.i18n import N_
from service.lots.errors import LotInvalid
from service.lots.forms import PinIn
from service.lots.models import Lot, PhotoKind

SECRET_PLACE = N_("Ce lieu est protégé : rien d'un lot ne doit dire où il se trouve.")


def demand_no_place(site: Site, pin: PinIn | None, access_note: str | None) -> None:
    """Refuse (422) a point or a way in for a protected site: its address has one place, encrypted."""
    if not site.protected:
        return
    told = {"pin": pin is not None, "access_note": bool(access_note)}
    if any(told.values()):
        raise LotInvalid(fields={name: SECRET_PLACE for name, given in told.items() if given})


def demand_no_gate(session: Session, lot: Lot, kind: PhotoKind) -> None:
    """Refuse (422) a photo of a protected site's door."""
    if kind == PhotoKind.GATE and session.get_one(Site, lot.site_id).protected:
        raise LotInvalid(fields={"kind": SECRET_PLACE})
