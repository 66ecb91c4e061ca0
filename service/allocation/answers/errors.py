"""The named refusals of automatic answers."""

from service.kit.i18n import N_
from service.kit.refusals import Invalid, NotFound, Refusal


class RuleUnknown(NotFound):
    code = "answer-rule-unknown"
    message = N_("Cette réponse automatique n'existe pas, ou n'est pas la vôtre.")


class RuleEnded(Refusal):
    status = 409
    code = "answer-rule-ended"
    message = N_("Cette réponse automatique a été supprimée.")


class TooManyRules(Refusal):
    status = 409
    code = "too-many-answer-rules"
    message = N_("Ce lieu a déjà vingt réponses automatiques : modifiez-en une.")


class PauseInPast(Invalid):
    code = "pause-in-past"
    message = N_("Choisissez un jour à venir.")
