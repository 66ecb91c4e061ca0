"""What figures, sources and priorities are called on screens."""

from service.allocation.tables import FigureState, Ground, PeopleSource
from service.kit.i18n import N_

SOURCES: dict[PeopleSource, str] = {
    PeopleSource.COUNT: N_("Comptage sur place"),
    PeopleSource.REPORT: N_("Rapport d'activité"),
    PeopleSource.NETWORK: N_("Tête de réseau"),
    PeopleSource.ESTIMATE: N_("Estimation"),
}
STATES: dict[FigureState, tuple[str, str, str]] = {
    FigureState.USED: (N_("Pris en compte"), "good", "check"),
    FigureState.WAITING: (N_("À vérifier"), "warn", "hourglass"),
    FigureState.REFUSED: (N_("Écarté"), "bad", "x"),
}
GROUNDS: dict[Ground, str] = {
    Ground.NONE: N_("Aucune priorité"),
    Ground.STUDENTS: N_("Accueille des étudiants"),
    Ground.SHELTER: N_("Héberge des personnes"),
    Ground.RURAL: N_("Loin des donateurs"),
    Ground.CRISIS: N_("Situation de crise"),
}
