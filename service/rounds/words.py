"""What states and reasons are called on the screens of this room (French msgids)."""

from service.kit.i18n import N_
from service.rounds.forms import FailureReason
from service.rounds.models import Cold, RoundState, VehicleKind

# state -> (label, kind of tag, icon)
ROUND_STATES: dict[RoundState, tuple[str, str, str]] = {
    RoundState.DRAFT: (N_("Brouillon"), "", "pencil"),
    RoundState.PUBLISHED: (N_("À accepter"), "warn", "send"),
    RoundState.ACCEPTED: (N_("Acceptée"), "good", "check"),
    RoundState.RUNNING: (N_("En route"), "good", "truck"),
    RoundState.FINISHED: (N_("Terminée"), "", "check-check"),
    RoundState.VALIDATED: (N_("Validée"), "", "clipboard-check"),
}
FAILURES: dict[FailureReason, str] = {
    FailureReason.CLOSED: N_("Fermé"),
    FailureReason.NOBODY: N_("Personne sur place"),
    FailureReason.NOTHING_THERE: N_("Plus rien à prendre"),
    FailureReason.NO_ACCESS: N_("Accès impossible"),
    FailureReason.BREAKDOWN: N_("Panne ou accident"),
    FailureReason.TOO_LATE: N_("Trop tard"),
}
KINDS: dict[VehicleKind, tuple[str, str]] = {
    VehicleKind.BIKE: (N_("Vélo-cargo"), "bike"),
    VehicleKind.CAR: (N_("Voiture"), "car"),
    VehicleKind.SMALL_VAN: (N_("Fourgonnette"), "truck"),
    VehicleKind.VAN: (N_("Fourgon"), "truck"),
    VehicleKind.BOX_VAN: (N_("Caisse 20 m³"), "truck"),
    VehicleKind.TRUCK: (N_("Porteur"), "truck"),
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
