"""What states and reasons are called on the screens of this room (French msgids)."""

from datetime import time

from routing import Temperature
from routing.picture.words import Words
from service.kit.i18n import N_, gettext
from service.kit.text import french_spaces
from service.rounds.forms import FailureReason, Incident
from service.rounds.models import CallReason, Cold, PlanCause, RoundState, VehicleKind

# state -> (label, kind of tag, icon)
ROUND_STATES: dict[RoundState, tuple[str, str, str]] = {
    RoundState.DRAFT: (N_("Brouillon"), "", "pencil"),
    RoundState.PUBLISHED: (N_("À accepter"), "warn", "send"),
    RoundState.ACCEPTED: (N_("Acceptée"), "good", "check"),
    RoundState.RUNNING: (N_("En route"), "good", "truck"),
    RoundState.FINISHED: (N_("Terminée"), "", "check-check"),
    RoundState.VALIDATED: (N_("Validée"), "", "clipboard-check"),
}
# What a search does, in the engine's own word for it; one it has not heard of is only said to go on.
PHASES: dict[str, str] = {
    "": N_("mise en place"),
    "first plan": N_("premier plan trouvé"),
    "fewer vehicles": N_("moins de véhicules"),
    "routing model": N_("deuxième méthode essayée"),
    "ruin and recreate": N_("amélioration"),
    "recombined": N_("tournées recombinées"),
    "done": N_("vérification"),
}
FAILURES: dict[FailureReason, str] = {
    FailureReason.CLOSED: N_("Fermé"),
    FailureReason.NOBODY: N_("Personne sur place"),
    FailureReason.NOTHING_THERE: N_("Plus rien à prendre"),
    FailureReason.NO_ACCESS: N_("Accès impossible"),
    FailureReason.BREAKDOWN: N_("Panne ou accident"),
    FailureReason.TOO_LATE: N_("Trop tard"),
}
# What a day may be like: "" is a day like any other.
PROFILES: dict[str, tuple[str, str]] = {
    "": (N_("Jour ordinaire"), "sun"),
    "heat": (N_("Canicule : le froid tient moins, pas de vélos"), "thermometer-sun"),
    "ice": (N_("Verglas : on roule plus lentement, pas de vélos"), "snowflake"),
    "august": (N_("Août : routes libres, le froid tient moins"), "calendar-days"),
}
# What made a version of the plan, and its icon.
CAUSES: dict[PlanCause, tuple[str, str]] = {
    PlanCause.SEARCH: (N_("Calcul"), "route"),
    PlanCause.INSERTION: (N_("Lot ajouté"), "plus"),
    PlanCause.MOVE: (N_("Déplacé à la main"), "user-check"),
    PlanCause.UNDO: (N_("Déplacement annulé"), "undo-2"),
}
# What a dispatcher calls about.
CALLS: dict[CallReason, str] = {
    CallReason.NEXT_STOP_EMPTY: N_("Il n'y a plus rien à faire à son prochain arrêt : dites-le avant qu'il y soit."),
    CallReason.COLD_ABOARD: N_(
        "Panne avec du froid à bord : voyez ce qui est encore froid, où il attend et qui vient le reprendre."
    ),
    CallReason.BREAKDOWN: N_(
        "Panne : demandez ce qu'il faut, où est le véhicule et qui vient reprendre ce qu'il porte."
    ),
    CallReason.COLD_LOST: N_(
        "Personne n'a repris à temps le froid d'un véhicule en panne : faites jeter ces produits."
    ),
    CallReason.WENT_HOME: N_("Le chauffeur rentre avec des produits à bord : ils sont de nouveau proposés au dépôt."),
    CallReason.NOT_ACCEPTED: N_("C'est l'heure de partir et personne n'a accepté cette tournée."),
    CallReason.REPORTED_TOO_LATE: N_(
        "Le chauffeur dit avoir pris ou remis des produits que le plan n'attendait plus : voyez où ils sont."
    ),
    CallReason.SHIFT_DROPPED: N_("Le service a été rendu : personne ne conduit plus cette tournée."),
}
INCIDENTS: dict[Incident, tuple[str, str]] = {
    Incident.LATE: (N_("J'ai 30 minutes de retard"), "clock-alert"),
    Incident.BREAKDOWN: (N_("Le véhicule est en panne"), "triangle-alert"),
    Incident.GOING_HOME: (N_("Je dois rentrer"), "house"),
}
KINDS: dict[VehicleKind, tuple[str, str]] = {
    VehicleKind.BIKE: (N_("Vélo-cargo"), "bike"),
    VehicleKind.CAR: (N_("Voiture"), "car"),
    VehicleKind.SMALL_VAN: (N_("Fourgonnette"), "truck"),
    VehicleKind.VAN: (N_("Fourgon"), "truck"),
    VehicleKind.BOX_VAN: (N_("Caisse 20 m³"), "truck"),
    VehicleKind.TRUCK: (N_("Porteur"), "truck"),
}
# How somebody stands to the hours of a shift.
STANDINGS: dict[str, str] = {
    "free": N_("disponible"),
    "partly": N_("disponible en partie : %(hours)s"),
    "unknown": N_("n'a pas dit ses disponibilités"),
    "not_then": N_("pas disponible à ces heures"),
    "absent": N_("absence jusqu'au %(day)s"),
    "busy": N_("déjà dans %(vehicle)s à ces heures"),
}
# Parts of a day one ticks: the word, and its hours in the region's own time.
PARTS: dict[str, tuple[str, time, time]] = {
    "morning": (N_("Matin"), time(6), time(13)),
    "afternoon": (N_("Après-midi"), time(13), time(18)),
    "evening": (N_("Soirée"), time(16), time(23)),
}
COLDS: dict[Cold, str] = {
    Cold.NONE: N_("Sans froid"),
    Cold.BOX: N_("Caissons isothermes"),
    Cold.REFRIGERATED: N_("Frigorifique"),
}
WEEKDAYS = (
    N_("Lundi"),
    N_("Mardi"),
    N_("Mercredi"),
    N_("Jeudi"),
    N_("Vendredi"),
    N_("Samedi"),
    N_("Dimanche"),
)


def picture_words(locale: str) -> Words:
    """What the picture of a plan says, in the reader's language."""

    def said(text: str) -> str:
        words = gettext(text, locale)
        return french_spaces(words) if locale == "fr" else words

    return Words(
        drive=said(N_("Route")),
        park=said(N_("Se garer, saluer")),
        handle=said(N_("Charger, remettre")),
        wait=said(N_("Attente")),
        pause=said(N_("Pause")),
        shift=said(N_("Service du véhicule")),
        temperatures={
            Temperature.AMBIENT: said(N_("Ambiant")),
            Temperature.CHILLED: said(N_("Frais")),
            Temperature.FROZEN: said(N_("Surgelé")),
        },
        now=said(N_("maintenant")),
        round_mark=said(N_("T")),
        home=said(N_("Départ et retour")),
        stop=said(N_("Arrêt, numéroté dans l'ordre de sa tournée")),
        done=said(N_("Arrêt fait")),
        left_from=said(N_("Sans tournée : enlèvement")),
        left_to=said(N_("Sans tournée : livraison")),
        left=said(N_("Sans tournée")),
        load=said(N_("Chargement : {kind}")),
        percent=said(N_("{share} %")),
        no_place=said(N_("Aucun lieu de ce jour ne peut être montré sur une carte.")),
        nothing=said(N_("Aucune tournée")),
        more=said(N_("et {count} autres")),
    )
