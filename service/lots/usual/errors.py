"""The named refusals of usual gifts."""

from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound, Refusal


class UsualGiftUnknown(NotFound):
    code = "usual-gift-unknown"
    message = N_("Ce don habituel n'existe pas, ou n'est pas le vôtre.")


class UsualGiftOver(Refusal):
    status = 409
    code = "usual-gift-over"
    message = N_("Ce don habituel est terminé.")


class NotADateOfGift(Invalid):
    code = "not-a-date-of-the-gift"
    message = N_("Rien n'est prévu ce jour-là, ou il est passé.")


class TooLateToAnswer(Refusal):
    status = 409
    code = "usual-gift-too-late"
    message = N_("L'heure est passée. S'il reste quelque chose, publiez un lot.")


class AnsweredAlready(Refusal):
    status = 409
    code = "usual-gift-answered"
    message = N_("C'est déjà publié. Annulez d'abord, ou corrigez le lot.")


class ActedUpon(Refusal):
    status = 409
    code = "usual-gift-acted-upon"
    message = N_("Une association a déjà une part de ce lot : retirez-le depuis sa page, elle sera prévenue.")
