"""Keeping a posted lot under a name to give it again, and putting that name away."""

from datetime import datetime

from sqlmodel import Session

from service.accounts.who import Who
from service.journal import actions as journal
from service.kit.i18n import N_
from service.lots import queries
from service.lots.errors import LotInvalid, TemplateUnknown, TooManyTemplates
from service.lots.models import Lot
from service.lots.named import LotTemplate

MOST_TEMPLATES = 12
MOST_NAME = 60
NO_NAME = N_("Donnez un nom au modèle, par exemple « Invendus du soir ».")
LONG_NAME = N_("Ce nom est trop long : 60 caractères au plus.")


def keep_as(session: Session, lot: Lot, name: str, *, who: Who, now: datetime) -> LotTemplate:
    """Keep a lot under a name of the donor's own; a name that is there already stands for this lot from now on.

    Refuses an empty or long name (`LotInvalid`, 422), and more than a dozen of them (`TooManyTemplates`, 409).
    """
    name = " ".join(name.split())
    if not name:
        raise LotInvalid(fields={"name": NO_NAME})
    if len(name) > MOST_NAME:
        raise LotInvalid(fields={"name": LONG_NAME})
    known = queries.templates_of(session, {lot.organisation_id})
    for template in known:
        if template.name.casefold() == name.casefold():
            if template.lot_id != lot.key:
                template.lot_id, template.name = lot.key, name
                _tell(session, template, "template.made", who=who, now=now)
            return template
    if len(known) >= MOST_TEMPLATES:
        raise TooManyTemplates(most=MOST_TEMPLATES)
    template = LotTemplate(
        region=lot.region,
        organisation_id=lot.organisation_id,
        lot_id=lot.key,
        name=name,
        made_by=who.person_id,
        made_at=now,
    )
    session.add(template)
    session.flush()
    _tell(session, template, "template.made", who=who, now=now)
    return template


def put_away(session: Session, template: LotTemplate, *, who: Who, now: datetime) -> None:
    """Take a template off the donor's page; harmless when done twice."""
    if template.removed_at is None:
        template.removed_at = now
        _tell(session, template, "template.removed", who=who, now=now)


def take_back(session: Session, template: LotTemplate, *, who: Who, now: datetime) -> None:
    """Undo `put_away`; harmless when done twice, or when the name was given anew meanwhile: the newer one stays."""
    known = queries.templates_of(session, {template.organisation_id})
    if template.removed_at is None or any(other.name.casefold() == template.name.casefold() for other in known):
        return
    if len(known) >= MOST_TEMPLATES:
        raise TooManyTemplates(most=MOST_TEMPLATES)
    template.removed_at = None
    _tell(session, template, "template.restored", who=who, now=now)


def template_to_change(session: Session, who: Who, template_id: int) -> LotTemplate:
    """A template of one's own organisation; `TemplateUnknown` (404) for any other."""
    template = session.get(LotTemplate, template_id)
    if template is None or template.organisation_id not in who.organisation_ids:
        raise TemplateUnknown()
    return template


def _tell(session: Session, template: LotTemplate, kind: str, *, who: Who, now: datetime) -> None:
    """The name is the donor's and may hold anything: entries keep keys alone."""
    session.add(template)
    session.flush()
    journal.append(
        session,
        region=template.region,
        kind=kind,
        at=now,
        actor=who,
        subject=("template", template.key),
        data={"organisation": template.organisation_id, "lot": template.lot_id},
        audience={f"org:{template.organisation_id}"},
    )
