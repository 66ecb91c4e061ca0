"""Why nothing carries a shipment, as a sentence for people: French msgids with places to fill."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import routing
from service.kit.i18n import N_
from service.kit.weight import show_kg


@dataclass(frozen=True)
class Sentence:
    """A stable code for machines, a French msgid, and what fills its places."""

    code: str
    msgid: str
    params: Mapping[str, int | str] = field(default_factory=dict)


NO_PLACE = Sentence("no_place", N_("L'une des deux adresses n'est pas située sur la carte : complétez-la."))
HOT = Sentence("hot", N_("Aucun véhicule ne transporte de plats chauds : l'association vient les chercher."))
PASSED = Sentence("passed", N_("Le créneau est passé sans qu'une tournée ait pu prendre ce lot."))
CLOSED = {
    "pickup": Sentence("closed_pickup", N_("Le lieu d'enlèvement est fermé ce jour-là.")),
    "delivery": Sentence("closed_delivery", N_("Le lieu de livraison est fermé ce jour-là.")),
}
_NO_COLD = {
    "chilled": N_("Ce lot doit rester au frais et aucun véhicule disponible n'est équipé pour."),
    "frozen": N_("Ce lot est surgelé et aucun véhicule disponible n'est équipé pour."),
}
_PLAIN = {
    routing.Reason.NO_VEHICLE: N_("Aucun véhicule ne roule ce jour-là."),
    routing.Reason.NO_SKILL: N_("Demandé après l'heure limite : les tournées de ce jour ne prennent plus rien."),
    routing.Reason.NO_COLD: N_("Aucun véhicule disponible ne garde ce produit à bonne température."),
    routing.Reason.UNREACHABLE: N_("Aucune route connue ne relie les deux adresses."),
    routing.Reason.WINDOW: N_("Aucun véhicule ne peut être sur place aux heures d'ouverture."),
    routing.Reason.SHIFT: N_("Le trajet ne tient dans les heures d'aucun équipage."),
    routing.Reason.STOPS: N_("Les véhicules qui pourraient le prendre ont déjà tous leurs arrêts."),
    routing.Reason.COMMITTED: N_("Les véhicules qui pourraient le prendre sont déjà engagés ailleurs."),
    routing.Reason.NOT_WORTH: N_("Le détour serait trop long pour cette quantité."),
    routing.Reason.DISPLACED: N_(
        "Les tournées sont pleines : d'autres lots, plus lourds ou plus urgents, passent avant."
    ),
    routing.Reason.UNDELIVERABLE: N_("Déjà à bord, mais aucune livraison n'est possible à temps."),
    routing.Reason.NOT_TRIED: N_("Le calcul s'est arrêté avant d'examiner ce lot. Le prochain plan le reprendra."),
}
_TOO_HEAVY = N_("%(weight)s à transporter : le plus grand véhicule disponible en prend %(most)s.")
_TOO_BULKY = N_("%(crates)s caisses à transporter : le plus grand véhicule disponible en prend %(most)s.")
_COLD_CHAIN = N_("Le trajet dure %(minutes)s min : trop long pour rester froid en caisson isotherme.")
_COLD_CHAIN_BARE = N_("Le trajet est trop long pour rester froid en caisson isotherme.")


def sentence(reason: routing.Reason, facts: Mapping[str, int | str]) -> Sentence:
    """The sentence for a reason of the search and its figures."""
    code = str(reason)
    if reason is routing.Reason.TOO_HEAVY:
        weight, most = int(facts["grams"]), int(facts["largest_grams"])
        return Sentence(code, _TOO_HEAVY, {"weight": show_kg(weight), "most": show_kg(most)})
    if reason is routing.Reason.TOO_BULKY:
        return Sentence(code, _TOO_BULKY, {"crates": facts["crates"], "most": facts["largest_crates"]})
    if reason is routing.Reason.COLD_CHAIN:
        if "ride_s" not in facts:
            return Sentence(code, _COLD_CHAIN_BARE)
        return Sentence(code, _COLD_CHAIN, {"minutes": -(-int(facts["ride_s"]) // 60)})
    if reason is routing.Reason.NO_COLD:
        return Sentence(code, _NO_COLD.get(str(facts.get("temperature")), _PLAIN[reason]))
    return Sentence(code, _PLAIN[reason])
