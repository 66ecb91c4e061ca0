"""What is in the line: excluded goods, animal produce, labels, allergens, temperature class, weight."""

from config.catalogue import AllergenState, AnimalOrigin
from config.food_law import FoodLaw, TemperatureClass
from service.kit.i18n import N_
from service.kit.weight import GRAMS
from service.lots.rules.facts import DonorFacts, LineFacts
from service.lots.rules.verdicts import Verdict, breach

EXCLUDED = N_("Ce produit ne peut pas être donné (%(cite)s). %(statement)s")
ALCOHOL = N_(
    "Cette boisson titre %(percent)s %% d'alcool : au-dessus de %(limit)s %%, elle ne se donne pas (%(cite)s)."
)
UNWRAPPED = N_(
    "Un produit d'origine animale, ou qui en contient, se donne emballé et étiqueté au magasin : nom, ingrédients "
    "et allergènes, DLC, lot, température (%(cite)s)."
)
FARM_UNWRAPPED = N_(
    "Les produits fermiers d'origine animale se donnent emballés et étiquetés ; seuls les œufs en coquille "
    "peuvent être en vrac (%(cite)s)."
)
TRAY_UNLABELLED = N_("Étiquetez chaque bac avant l'enlèvement : nom, date, allergènes, température (%(cite)s).")
APPROVED_PLANT = N_("Vérifiez que votre plan de maîtrise sanitaire prévoit ce don à l'aide alimentaire (%(cite)s).")
BAKED = N_(
    "Ce produit contient du beurre, du lait ou des œufs : mettez-le dans un contenant propre et fermé, avec la liste "
    "de ses allergènes (%(cite)s)."
)
UNLABELLED = N_(
    "L'étiquette manque ou est incomplète : le don reste possible si le fabricant communique les mentions, qui "
    "seront affichées à la distribution (%(cite)s)."
)
ALLERGENS_UNKNOWN = N_("Allergènes inconnus : %(count)s sur %(total)s. Ils resteront affichés « inconnu » (%(cite)s).")
WARMER = N_("Ce produit se garde à %(limit)s °C au plus : choisissez sa classe de température (%(cite)s).")
NOT_HOT = N_("Ce produit se garde au froid ou à température ambiante, pas au chaud (%(cite)s).")
NO_WEIGHT = N_("Indiquez un poids plus grand que zéro.")
TOO_HEAVY = N_("Une ligne ne dépasse pas %(limit)s kg : vérifiez le poids.")

ANIMAL_RULES = ("prepacked_only", "farm", "catering", "approved_plant")
ANIMAL_MESSAGES = {
    "prepacked_only": UNWRAPPED,
    "farm": FARM_UNWRAPPED,
    "catering": TRAY_UNLABELLED,
    "approved_plant": APPROVED_PLANT,
}


def check_weight(line: LineFacts, law: FoodLaw) -> list[Verdict]:
    """A line weighs something, and not more than a lorry carries."""
    positive, most = law.find("weight.positive"), law.find("weight.max_line_kg")
    if line.grams <= 0:
        return [breach(positive, NO_WEIGHT)] if positive is not None else []
    if most is not None and line.grams > law.integer(most.code) * GRAMS:
        return [breach(most, TOO_HEAVY, limit=law.integer(most.code))]
    return []


def check_exclusions(line: LineFacts, law: FoodLaw) -> list[Verdict]:
    """Goods that are never given, each named, and drinks above the alcohol limit."""
    rules = [law.find(f"exclusion.{name}") for name in sorted(line.all_exclusions - {"alcohol"})]
    verdicts = [breach(rule, EXCLUDED) for rule in rules if rule is not None]
    alcohol = law.find("exclusion.alcohol")
    if alcohol is None:
        return verdicts
    limit = law.number(alcohol.code)
    if line.alcohol_percent is None:
        # A drink known as alcoholic whose strength nobody gave is taken to be above the limit.
        stated = "alcohol" in line.all_exclusions | line.tags
        return [*verdicts, breach(alcohol, EXCLUDED)] if stated else verdicts
    if line.alcohol_percent > limit:
        verdicts.append(breach(alcohol, ALCOHOL, percent=line.alcohol_percent, limit=limit))
    return verdicts


def check_animal_origin(line: LineFacts, donor: DonorFacts, law: FoodLaw) -> list[Verdict]:
    """Animal produce is given as the donor's kind of establishment may: wrapped and labelled, for shops."""
    if line.category.animal is AnimalOrigin.NONE:
        return []
    if line.category.animal is AnimalOrigin.INGREDIENT:
        baked = law.find("animal_origin.ingredient")
        return [] if line.prepacked or baked is None else [breach(baked, BAKED)]
    loose = law.find("animal_origin.loose_allowed")
    if (line.prepacked and line.labelled) or (loose is not None and line.tags & law.names(loose.code)):
        return []
    name = _animal_rule(donor.activity, law)
    rule = law.find(f"animal_origin.{name}")
    if rule is None or (name == "catering" and line.labelled):
        return []
    return [breach(rule, ANIMAL_MESSAGES[name])]


def _animal_rule(activity: str, law: FoodLaw) -> str:
    """Which rule speaks of that kind of donor; the strictest, for shops, when none names it."""
    for name in ANIMAL_RULES:
        rule = law.find(f"animal_origin.{name}")
        if rule is not None and activity in law.names(rule.code):
            return name
    return ANIMAL_RULES[0]


def check_label(line: LineFacts, law: FoodLaw) -> list[Verdict]:
    """A prepacked food keeps its label, and unknown allergens are said."""
    if not line.category.is_food:
        return []
    verdicts = []
    label, declared = law.find("labelling.mandatory"), law.find("allergens.declared")
    if label is not None and line.prepacked and not line.labelled and not line.missing_words_supplied:
        verdicts.append(breach(label, UNLABELLED))
    if declared is not None and (unknown := unknown_allergens(line, law)):
        total = len(law.names(declared.code))
        verdicts.append(breach(declared, ALLERGENS_UNKNOWN, count=len(unknown), total=total))
    return verdicts


def unknown_allergens(line: LineFacts, law: FoodLaw) -> frozenset[str]:
    """Slugs of the allergens nobody said anything of."""
    unknown = AllergenState.UNKNOWN
    return frozenset(name for name in law.names("allergens.declared") if line.allergens.get(name, unknown) is unknown)


def check_class(line: LineFacts, law: FoodLaw) -> list[Verdict]:
    """A product is not declared in a warmer temperature class than its own."""
    rule = law.find("temperature.class")
    if rule is None or line.temperature is line.category.temperature:
        return []
    if TemperatureClass.CHAUD_63 in (line.temperature, line.category.temperature):
        return [breach(rule, NOT_HOT)]
    own = law.temperature(line.category.temperature).maximum
    declared = law.temperature(line.temperature).maximum
    if own is not None and (declared is None or declared > own):
        return [breach(rule, WARMER, limit=own)]
    return []
