"""Named refusals about papers."""

from service.kit.i18n import N_
from service.kit.refusals import Refusal


class DocumentNotFound(Refusal):
    """No such number, or not for this person: the answer is the same."""

    status = 404
    code = "document-not-found"
    message = N_("Aucun document ne porte ce numéro, ou il ne vous est pas destiné.")


class DocumentFileGone(Refusal):
    """The register knows the paper, its file is past its time."""

    status = 410
    code = "document-file-gone"
    message = N_("Le fichier de ce document n'est plus conservé. Le registre garde son numéro et son empreinte.")


class DocumentFileAltered(Refusal):
    """The bytes on the disk are not those that were issued."""

    status = 409
    code = "document-file-altered"
    message = N_("Le fichier conservé n'est plus celui qui a été établi. Il n'est pas délivré ; prévenez la Région.")


class AlreadyCancelled(Refusal):
    """Cancelling or replacing twice."""

    status = 409
    code = "document-already-cancelled"
    message = N_("Le document %(number)s est déjà annulé.")


class SignatureUnreadable(Refusal):
    """A drawn signature that is no picture, or an empty one."""

    status = 422
    code = "signature-unreadable"
    message = N_("La signature n'a pas pu être lue. Signez de nouveau.")
