"""The named refusals of errands."""

from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound, Refusal


class ErrandUnknown(NotFound):
    code = "errand-unknown"
    message = N_("Ce trajet n'existe pas, ou ne vous a pas été proposé.")


class ErrandTaken(Refusal):
    status = 409
    code = "errand-taken"
    message = N_("Quelqu'un d'autre l'apporte déjà. Merci d'avoir répondu.")


class ErrandOver(Refusal):
    status = 409
    code = "errand-over"
    message = N_("Il n'y a plus rien à porter : le lot a trouvé un autre chemin, ou le lieu ne peut plus le prendre.")


class ErrandTooLate(Refusal):
    status = 409
    code = "errand-too-late"
    message = N_("Il est trop tard : vous arriveriez après la fermeture.")


class ErrandCollected(Refusal):
    status = 409
    code = "errand-collected"
    message = N_("Le lot est déjà enlevé. Si vous ne pouvez plus l'apporter, dites-le dans Ma tournée.")


class HelperAway(Refusal):
    status = 409
    code = "helper-away"
    message = N_("Vous avez dit ne pas être là à ces heures. Retirez d'abord votre absence.")


class BikesStayIn(Refusal):
    status = 409
    code = "bikes-stay-in"
    message = N_("Aujourd'hui les vélos ne sortent pas : la régulation l'a décidé pour la sécurité de tous.")


class NotAStart(Invalid):
    code = "not-a-start"
    message = N_("Choisissez un des lieux de votre structure, dont l'adresse n'est pas protégée.")
