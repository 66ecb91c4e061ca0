"""What is answered to a text, and why somebody is to be called, in French msgids."""

from service.interop.parsing import Doubt
from service.kit.i18n import N_

CALLED_BACK = N_("Glane : message reçu. Nous avons un doute et nous vous rappelons : %(why)s")
UNKNOWN = N_("Glane : message reçu. Ce numéro n'est pas vérifié chez nous : la régulation vous rappelle.")
GRANTED = N_("Glane : lot %(lot)s attribué. %(way)s NON %(lot)s pour le rendre.")
BROUGHT = N_("Une tournée vous l'apporte.")
FETCHED = N_("À venir chercher avant %(hour)s, code %(code)s.")
PENDING = N_(
    "Glane : demande notée pour le lot %(lot)s. Décision à %(hour)s, nous vous le dirons. NON %(lot)s pour y renoncer."
)
DECLINED = N_("Glane : c'est noté, rien pour vous du lot %(lot)s.")
POSTED = N_(
    "Glane : don %(lot)s publié. %(what)s, %(weight)s, %(day)s, à prendre avant %(hour)s. ANNULER pour le retirer."
)
POSTED_TONIGHT = N_(
    "Glane : don %(lot)s publié. %(what)s, %(weight)s, à prendre avant %(hour)s. ANNULER pour le retirer."
)
NOTHING_TONIGHT = N_("Glane : rien cette fois, c'est noté. Merci.")
CARRIED = N_(
    "Glane : merci, vous apportez le lot %(lot)s. Adresses et heures dans Ma tournée. NON %(lot)s pour le rendre."
)
NOT_CARRIED = N_("Glane : c'est noté, vous n'apportez pas le lot %(lot)s.")
TODAY, YESTERDAY = N_("du jour"), N_("d'hier")
WITHDRAWN = N_("Glane : don %(lot)s retiré.")
STOPPED = N_("Glane : plus de SMS, sauf les codes de connexion. Pour reprendre : page Messages de Glane.")
HELP = N_(
    "Glane : OUI 12 ou NON 12 pour un lot. DON 8 KG PAIN 19H30 pour donner, ANNULER pour retirer. "
    "STOP : plus de SMS. Aide : %(phone)s"
)
REFUSED = N_("Glane, lot %(lot)s : %(why)s")

WHY = {
    Doubt.UNREADABLE: N_("le message n'est pas clair."),
    Doubt.NO_LOT: N_("il manque le numéro du lot."),
    Doubt.LOT_UNKNOWN: N_("ce lot n'existe pas."),
    Doubt.FOOD: N_("l'aliment n'est pas clair."),
    Doubt.WEIGHT: N_("le poids n'est pas clair."),
    Doubt.HOUR: N_("l'heure limite n'est pas claire."),
    Doubt.HOUR_PAST: N_("cette heure est passée ou trop proche."),
    Doubt.NUMBER_UNKNOWN: N_("numéro inconnu."),
    Doubt.NUMBER_UNPROVED: N_("numéro pas encore vérifié."),
    Doubt.SEVERAL_SITES: N_("vous avez plusieurs sites."),
    Doubt.NOT_THEIRS: N_("votre compte ne permet pas cela."),
    Doubt.REFUSED: N_("le don ne peut pas être publié ainsi."),
    Doubt.NOTHING_TO_CANCEL: N_("aucun don par SMS à retirer."),
    Doubt.ACTED_UPON: N_("quelqu'un a déjà demandé ce don."),
    Doubt.NO_QUESTION: N_("aucune question ne vous attend : était-ce un don ?"),
    Doubt.SEVERAL_QUESTIONS: N_("plusieurs questions vous attendent."),
    Doubt.FAR_MORE: N_("c'est beaucoup plus que d'habitude."),
    Doubt.TOO_MANY: N_("beaucoup de messages de ce numéro."),
}
