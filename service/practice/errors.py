"""What a practice may refuse."""

from service.kit.i18n import N_
from service.kit.refusals import NotFound


class PracticeUnknown(NotFound):
    code = "practice-unknown"
    message = N_("Cet essai n'existe pas, ou il a été effacé : il ne dure qu'un jour. Recommencez quand vous voulez.")
