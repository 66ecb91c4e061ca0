"""The named refusals of standing rounds."""

from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound, Refusal


class RamasseUnknown(NotFound):
    code = "ramasse-unknown"
    message = N_("Cette ramasse n'existe pas, ou n'est pas la vôtre.")


class NotADonorsSite(Invalid):
    code = "not-a-donors-site"
    message = N_("Choisissez un commerce ou une ferme de la région.")


class RamasseStands(Refusal):
    status = 409
    code = "ramasse-stands"
    message = N_("Vous avez déjà une ramasse dans ce commerce, convenue ou demandée : terminez-la d'abord.")


class NotToDecide(Refusal):
    status = 409
    code = "ramasse-not-to-decide"
    message = N_("Cette ramasse n'attend plus de réponse.")


class RamasseOver(Refusal):
    status = 409
    code = "ramasse-over"
    message = N_("Cette ramasse est terminée.")


class NotADate(Invalid):
    code = "not-a-date-of-the-ramasse"
    message = N_("Ce n'est pas un jour de cette ramasse, ou il est passé.")


class RruleUnreadable(Invalid):
    code = "rrule-unreadable"
    message = N_("Indiquez un rythme hebdomadaire, par exemple « FREQ=WEEKLY;BYDAY=MO,TH ».")


class BeginsTooFar(Invalid):
    code = "ramasse-begins-too-far"
    message = N_("Une ramasse commence dans l'année.")
