"""Reading the lots a donor keeps under names."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from service.lots.models import Lot
from service.lots.named import LotTemplate


def templates_of(session: Session, organisation_ids: Collection[int]) -> list[LotTemplate]:
    """The templates of these organisations, in the order they were made."""
    if not organisation_ids:
        return []
    asked = (
        select(LotTemplate)
        .where(col(LotTemplate.organisation_id).in_(organisation_ids), col(LotTemplate.removed_at).is_(None))
        .order_by(col(LotTemplate.id))
    )
    return list(session.exec(asked))


def lots_of_templates(session: Session, templates: Collection[LotTemplate], site_ids: Collection[int]) -> list[Lot]:
    """The lots that templates stand for; of these sites alone where any is named."""
    asked = select(Lot).where(col(Lot.id).in_([template.lot_id for template in templates]))
    if site_ids:
        asked = asked.where(col(Lot.site_id).in_(site_ids))
    return list(session.exec(asked))
