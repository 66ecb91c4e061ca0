"""Whether a line may be given: every rule that speaks at posting, in the order a person reads them."""

from datetime import datetime

from config.food_law import FoodLaw
from service.kit.i18n import N_
from service.lots.rules.contents import (
    check_animal_origin,
    check_class,
    check_exclusions,
    check_label,
    check_weight,
)
from service.lots.rules.dates import check_dates
from service.lots.rules.facts import DonorFacts, LineFacts
from service.lots.rules.verdicts import Verdict, breach

NO_AGREEMENT = N_(
    "Votre convention de don n'est pas encore signée : elle le sera avant le premier enlèvement (%(cite)s)."
)
NO_QUALITY_PLAN = N_(
    "Votre magasin dépasse %(limit)s m² : il lui faut un plan de gestion de la qualité du don, avec un responsable "
    "par site (%(cite)s)."
)


def check_line(line: LineFacts, donor: DonorFacts, law: FoodLaw, at: datetime, zone: str) -> list[Verdict]:
    """Everything the law has to say of a line handed over at `at` (aware), the planned pickup.

    An empty list means nothing to say. FORBIDDEN verdicts refuse the line; DEROGATION ones leave it to the
    receivers who meet the condition (see `receivers.check_receiver`); WARNING ones are shown.
    """
    return [
        *check_weight(line, law),
        *check_dates(line, law, at, zone),
        *check_exclusions(line, law),
        *check_animal_origin(line, donor, law),
        *check_label(line, law),
        *check_class(line, law),
        *(check_donor(donor, law) if line.category.is_food else []),
    ]


def check_donor(donor: DonorFacts, law: FoodLaw) -> list[Verdict]:
    """What the donor's own papers call for; nothing here refuses a gift."""
    verdicts = []
    agreement = law.find("agreement.convention")
    if agreement is not None and not donor.agreement_signed and donor.activity in law.names(agreement.code):
        verdicts.append(breach(agreement, NO_AGREEMENT))
    over, plan = law.find("agreement.shop_over_m2"), law.find("quality_plan.required")
    if over is not None and plan is not None and donor.surface_m2 is not None and not donor.quality_plan:
        limit = law.integer(over.code)
        if donor.surface_m2 > limit:
            verdicts.append(breach(plan, NO_QUALITY_PLAN, limit=limit))
    return verdicts
