"""Named refusals about messages."""

from service.kit.i18n import N_
from service.kit.refusals import Refusal


class NoticeNotFound(Refusal):
    """No such message, or another person's: the answer is the same."""

    status = 404
    code = "notice-not-found"
    message = N_("Ce message n'existe pas, ou ne vous est pas destiné.")


class DeviceUnusable(Refusal):
    """A browser whose vendor we do not know, or whose keys are none."""

    status = 422
    code = "device-unusable"
    message = N_("Ce navigateur ne peut pas recevoir de notifications de Glane. Choisissez l'e-mail ou le SMS.")


class NotOnSharedTablet(Refusal):
    """A device that many hold is nobody's to be told on."""

    status = 403
    code = "not-on-shared-tablet"
    message = N_("Cette tablette est partagée : choisissez vos messages depuis votre propre téléphone.")


class NoPhone(Refusal):
    """A code cannot be sent: no number, or one that takes no text message."""

    status = 409
    code = "no-phone"
    message = N_("Indiquez d'abord un numéro de mobile dans votre compte.")


class CodeWrong(Refusal):
    """The code is not the one that was sent, or is too old."""

    status = 422
    code = "code-wrong"
    message = N_("Ce code n'est pas le bon, ou il n'est plus valable. Demandez-en un autre.")


class UnknownChoice(Refusal):
    """A preference about a kind or a channel that cannot be chosen."""

    status = 422
    code = "notice-choice-unknown"
    message = N_("Ce choix n'existe pas pour ce message.")
