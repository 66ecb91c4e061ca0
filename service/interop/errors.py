"""Named refusals to a gateway that brings texts."""

from service.kit.i18n import N_
from service.kit.refusals import Invalid, Refusal


class NotSigned(Refusal):
    """Not brought by our gateway, or too long ago."""

    status = 401
    code = "text-not-signed"
    message = N_("Ce SMS n'est pas signé par la passerelle, ou trop ancien.")


class TextUnreadable(Invalid):
    code = "text-unreadable"
    message = N_("Ce message ne dit pas son numéro, son expéditeur et son texte.")
