"""What this room refuses."""

from service.kit.i18n import N_
from service.kit.refusals import Refusal


class NotAReceiver(Refusal):
    status = 409
    code = "not-a-receiver"
    message = N_("Seuls une association ou un organisme public reçoivent : les autres n'ont pas d'habilitation.")


class HeadCannotCover(Refusal):
    status = 422
    code = "head-cannot-cover"
    message = N_("Cette tête de réseau n'a pas d'habilitation qui couvre ces dates : enregistrez d'abord la sienne.")


class AlreadyEnded(Refusal):
    status = 409
    code = "habilitation-ended"
    message = N_("Cette habilitation est déjà retirée.")


class TooManyPapers(Refusal):
    status = 409
    code = "too-many-papers"
    message = N_("Cinq documents attendent déjà d'être lus. Appelez-nous si aucun n'est le bon.")


class PaperUnknown(Refusal):
    status = 404
    code = "paper-unknown"
    message = N_("Ce document n'existe pas, ou n'est pas pour vous.")
