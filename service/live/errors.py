"""Why a socket is refused."""

from service.kit.i18n import N_
from service.kit.refusals import Refusal


class BadCursor(Refusal):
    status = 400
    code = "bad-cursor"
    message = N_("Le curseur n'est pas un numéro que Glane a donné. Rechargez la page.")
