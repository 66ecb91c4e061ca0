"""The named refusals of figures and priorities."""

from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound, Refusal


class FigureUnknown(NotFound):
    code = "figure-unknown"
    message = N_("Ce chiffre n'existe pas.")


class FigureNotWaiting(Refusal):
    status = 409
    code = "figure-not-waiting"
    message = N_("Ce chiffre a déjà été vérifié.")


class SiteReceivesNothing(Refusal):
    status = 409
    code = "site-receives-nothing"
    message = N_("Ce lieu ne reçoit pas de dons : il n'a pas de part.")


class CountedTooFar(Invalid):
    code = "counted-too-far"
    message = N_("Le comptage date de moins de trois ans, et n'est pas dans le futur.")
