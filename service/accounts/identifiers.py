"""Numbers and addresses that identify people and organisations, checked and brought to one form."""

import re

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

from service.kit.i18n import N_

NO_SUCH_SIRET = N_("Ce SIRET n'existe pas : vérifiez les 14 chiffres.")
NO_SUCH_SIREN = N_("Ce SIREN n'existe pas : vérifiez les 9 chiffres.")
NO_SUCH_RNA = N_("Un numéro RNA s'écrit W suivi de 9 chiffres, par exemple W442001234.")
NO_SUCH_PHONE = N_("Ce numéro de téléphone n'existe pas : vérifiez les chiffres.")
NO_SUCH_EMAIL = N_("Cette adresse e-mail n'est pas valable : vérifiez-la.")


class Wrong(ValueError):
    """A value that cannot be right; its text is a msgid for the person who typed it."""


def siret(text: str) -> str:
    """The 14 digits of a SIRET whose key is right (La Poste's exception included)."""
    try:
        return str(siret_number.validate(_digits(text)))
    except BadNumber:
        raise Wrong(NO_SUCH_SIRET) from None


def siren(text: str) -> str:
    """The 9 digits of a SIREN whose key is right."""
    try:
        return str(siren_number.validate(_digits(text)))
    except BadNumber:
        raise Wrong(NO_SUCH_SIREN) from None


def rna(text: str) -> str:
    """An association's number: W, then nine digits (a letter may be the second of them overseas). It has no key."""
    cleaned = re.sub(r"[\s.-]", "", text).upper()
    if not re.fullmatch(r"W\d[0-9A-Z]\d{7}", cleaned):
        raise Wrong(NO_SUCH_RNA)
    return cleaned


def phone(text: str, country: str = "FR") -> str:
    """The number in E.164 ("+33612345678"), read as one of the country when it has no prefix."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        raise Wrong(NO_SUCH_PHONE) from None
    if not phonenumbers.is_valid_number(number):
        raise Wrong(NO_SUCH_PHONE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def takes_sms(number: str) -> bool:
    """Whether an E.164 number may receive an SMS: a landline is told so at once, not by silence."""
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def show_phone(number: str | None, country: str = "FR") -> str:
    """ "06 12 34 56 78" at home, "+32 …" for a number of elsewhere; nothing for none."""
    if not number:
        return ""
    parsed = phonenumbers.parse(number)
    at_home = phonenumbers.region_code_for_number(parsed) == country
    shape = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, shape)


def email(text: str) -> str:
    """The address in lower case; whether it receives is for the link sent there to prove."""
    try:
        return validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        raise Wrong(NO_SUCH_EMAIL) from None


def _digits(text: str) -> str:
    """What remains once the spaces and points of a printed number are gone; anything else makes it wrong."""
    return re.sub(r"[\s.\u00a0\u202f-]", "", text)
