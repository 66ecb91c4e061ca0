"""Correcting what was typed, and correcting a label, which are two things: a label's safety words never change."""

from collections.abc import Iterable
from dataclasses import dataclass

from config.food_law import FoodLaw
from service.kit.i18n import N_
from service.lots.rules.verdicts import Verdict, breach, forbidden

NO_PHOTO = N_("Ajoutez une photo de l'étiquette pour corriger la date, le numéro de lot ou les allergènes.")
PROTECTED = N_(
    "On ne rectifie jamais sur une étiquette le numéro de lot, la DLC ou les allergènes : "
    "retirez le lot s'ils sont faux (%(cite)s)."
)


@dataclass(frozen=True)
class Correction:
    """What a correction leads to. `frozen`: nobody may move the lot until each holder confirms."""

    verdicts: tuple[Verdict, ...]
    new_version: bool
    frozen: bool

    @property
    def allowed(self) -> bool:
        return not forbidden(self.verdicts)


def check_correction(changed: Iterable[str], *, label_photo: bool, claimed: bool, law: FoodLaw) -> Correction:
    """Correcting the record of a lot: fields changed among lot_number, date, date_kind, allergens and others.

    What the label says is corrected with its photo only. Once somebody has claimed the lot, any such
    correction makes a new version, frozen until each holder confirms.
    """
    rule = law.find("correction.label_photo")
    guarded = frozenset(changed) & law.names(rule.code) if rule is not None else frozenset[str]()
    if rule is not None and guarded and not label_photo:
        return Correction((breach(rule, NO_PHOTO),), new_version=False, frozen=False)
    again = bool(guarded) and claimed
    return Correction((), new_version=again, frozen=again)


def check_relabelling(changed: Iterable[str], law: FoodLaw) -> list[Verdict]:
    """Rectified words displayed beside a faulty label: never the lot number, the DLC or the allergens."""
    rule = law.find("label.protected")
    if rule is None or not frozenset(changed) & law.names(rule.code):
        return []
    return [breach(rule, PROTECTED)]
