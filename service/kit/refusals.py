"""A refusal is an answer for a person: what is wrong and what to do, with the HTTP status that fits."""

from collections.abc import Mapping

from service.kit.i18n import DEFAULT_LOCALE, N_, gettext


class Refusal(Exception):
    """Base of every named refusal; rooms subclass it in their `errors.py`.

    `message` is a French msgid with `%(name)s` places filled from the keyword arguments.
    `fields` names form fields and what is wrong with each (msgids as well).
    """

    status = 400
    code = "refused"
    message = N_("Cette action n'est pas possible.")

    def __init__(self, *, fields: Mapping[str, str] | None = None, **params: object) -> None:
        super().__init__(self.code)
        self.params = params
        self.fields: dict[str, str] = dict(fields or {})

    def text(self, locale: str = DEFAULT_LOCALE) -> str:
        """What to show the person, in their language."""
        return gettext(self.message, locale, **self.params)

    def __str__(self) -> str:
        return self.text()


class NotFound(Refusal):
    status = 404
    code = "not-found"
    message = N_("Cette page n'existe pas, ou ne vous est pas destinée.")


class NotAllowed(Refusal):
    status = 403
    code = "not-allowed"
    message = N_("Votre compte ne permet pas cette action.")


class SignInNeeded(Refusal):
    status = 401
    code = "sign-in-needed"
    message = N_("Connectez-vous pour continuer.")


class Invalid(Refusal):
    """Input that cannot be accepted as it stands; `fields` says where."""

    status = 422
    code = "invalid"
    message = N_("Certaines informations sont à corriger.")


class TooMany(Refusal):
    status = 429
    code = "too-many"
    message = N_("Trop d'essais. Réessayez dans %(minutes)s min.")
