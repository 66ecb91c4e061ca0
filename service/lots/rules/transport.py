"""Carrying food without an approved vehicle: distances, minutes, cold sources, and what never travels together."""

from collections.abc import Iterable
from enum import StrEnum

from config.catalogue import Category
from config.food_law import Band, FoodLaw, TemperatureClass
from service.kit.i18n import N_
from service.lots.rules.verdicts import Verdict, breach

NO_COLD = N_("Ce produit ne voyage pas sans source de froid (%(cite)s).")
TOO_FAR = N_("Trajet de %(km)s km : au-delà de %(limit)s km, il faut un véhicule frigorifique agréé (%(cite)s).")
TOO_LONG = N_("%(minutes)s min en caisson isotherme, %(limit)s au plus (%(cite)s).")
OUT_OF_COLD = N_("%(minutes)s min hors du froid, %(limit)s au plus (%(cite)s).")
MIXED = N_("Séparez les produits d'hygiène et d'entretien des denrées : jamais dans le même compartiment (%(cite)s).")


class Cold(StrEnum):
    """What keeps the food cold: nothing, an insulated box with ice packs, or an approved refrigerated vehicle."""

    NONE = "none"
    BOX = "box"
    ATP = "atp"


def check_transport(
    klass: TemperatureClass, cold: Cold, *, metres: int, seconds: int, out_of_cold_seconds: int, law: FoodLaw
) -> list[Verdict]:
    """A journey from loading to delivery: metres, seconds on the way, and seconds out of the cold in all."""
    limits = law.transport
    if klass in limits.classes_without_cold:
        return []
    if cold is Cold.NONE:
        allowed = limits.max_seconds_frais_8_without_cold if klass is TemperatureClass.FRAIS_8 else 0
        return [breach(law.rule("transport.no_cold_source"), NO_COLD)] if seconds > allowed or not allowed else []
    verdicts = []
    if cold is Cold.BOX:
        if metres > limits.max_metres_without_atp:
            rule = law.rule("transport.max_km_without_atp")
            verdicts.append(breach(rule, TOO_FAR, km=-(-metres // 1000), limit=law.integer(rule.code)))
        frozen = klass.band is Band.FROZEN
        rule = law.rule(f"transport.max_minutes_{'frozen_' if frozen else ''}isothermal")
        if seconds > law.integer(rule.code) * 60:
            verdicts.append(breach(rule, TOO_LONG, minutes=-(-seconds // 60), limit=law.integer(rule.code)))
    if out_of_cold_seconds > limits.max_seconds_out_of_cold:
        rule = law.rule("transport.max_minutes_out_of_cold")
        minutes = -(-out_of_cold_seconds // 60)
        verdicts.append(breach(rule, OUT_OF_COLD, minutes=minutes, limit=law.integer(rule.code)))
    return verdicts


def check_together(categories: Iterable[Category], law: FoodLaw) -> list[Verdict]:
    """What shares one compartment: food with food, hygiene with hygiene."""
    rule = law.find("transport.hygiene_apart")
    kinds = {category.is_food for category in categories}
    return [breach(rule, MIXED)] if rule is not None and len(kinds) > 1 else []
