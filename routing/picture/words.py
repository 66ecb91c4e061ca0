"""What a picture says. The defaults are French, as every plain text of the command line is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from routing.kinds import Temperature
from routing.plan import Reason

_REASONS: dict[str, str] = {
    Reason.NO_VEHICLE: "aucun véhicule",
    Reason.NO_SKILL: "aucun véhicule n'a ce qu'il faut",
    Reason.NO_COLD: "aucun véhicule ne le garde au froid",
    Reason.TOO_HEAVY: "plus lourd que tout compartiment",
    Reason.TOO_BULKY: "plus de caisses que tout compartiment",
    Reason.UNREACHABLE: "aucune route entre les deux lieux",
    Reason.COLD_CHAIN: "trajet plus long que le froid ne tient",
    Reason.WINDOW: "personne n'y est aux heures d'ouverture",
    Reason.SHIFT: "ne tient dans aucun service",
    Reason.STOPS: "nombre d'arrêts atteint",
    Reason.COMMITTED: "véhicules déjà engagés",
    Reason.NOT_WORTH: "détour trop cher pour cette quantité",
    Reason.DISPLACED: "d'autres envois passent avant",
    Reason.UNDELIVERABLE: "à bord, sans livraison possible à temps",
    Reason.NOT_TRIED: "arrêt du calcul avant son examen",
}


@dataclass(frozen=True, slots=True)
class Words:
    """Each word of a picture; a caller with another language gives its own."""

    drive: str = "Route"
    park: str = "Se garer, saluer"
    handle: str = "Charger, remettre"
    wait: str = "Attente"
    pause: str = "Pause"
    shift: str = "Service"
    temperatures: Mapping[str, str] = field(
        default_factory=lambda: {
            Temperature.AMBIENT: "Ambiant",
            Temperature.CHILLED: "Frais",
            Temperature.FROZEN: "Surgelé",
        }
    )
    now: str = "maintenant"
    # Written before a round's number, on the map and beside its lane: T1, T2 …
    round_mark: str = "T"
    home: str = "Départ, retour"
    stop: str = "Arrêt, numéroté dans l'ordre de sa tournée"
    done: str = "Arrêt fait"
    left_from: str = "Sans tournée : enlèvement"
    left_to: str = "livraison"
    left: str = "Sans tournée"
    summary: str = (
        "{rounds} tournées pour {vehicles} véhicules · {carried} envois portés, {left} laissés · {weight} · {length}"
    )
    load: str = "Chargement, en part de la place : {kind}"
    percent: str = "{share} %"
    no_place: str = "Aucun lieu n'a de coordonnées : pas de carte."
    nothing: str = "Rien n'est transporté."
    more: str = "et {count} autres"
    reasons: Mapping[str, str] = field(default_factory=lambda: dict(_REASONS))
