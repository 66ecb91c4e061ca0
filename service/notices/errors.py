"""Named refusals about messages."""

from service.kit.i18n import N_
from service.kit.refusals import Refusal


class NoticeNotFound(Refusal):
    """No such message, or another person's: the answer is the same."""

    status = 404
    code = "notice-not-found"
    message = N_("Ce message n'existe pas, ou ne vous est pas destiné.")


class UnknownChoice(Refusal):
    """A preference about a kind or a channel that cannot be chosen."""

    status = 422
    code = "notice-choice-unknown"
    message = N_("Ce choix n'existe pas pour ce message.")
