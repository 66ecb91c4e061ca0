"""What comes in about people, organisations and sites: the same shapes for pages and for the API."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from config.catalogue import catalogue
from service.accounts import hours, identifiers, passwords
from service.accounts.identifiers import Wrong
from service.accounts.models import Activity, OrganisationKind, Role
from service.kit.i18n import N_

WORDS = "words"  # the type of an error whose text is written for people
# Goods a charity may say it never takes.
EXCLUSIONS: dict[str, str] = {
    "pork": N_("Sans porc"),
    "alcohol": N_("Sans alcool"),
    "no_cooking": N_("Rien à cuire"),
    "no_oven": N_("Rien à passer au four"),
}
T = TypeVar("T")


def in_words(text: str) -> PydanticCustomError:
    """An error of validation whose text is a msgid for the person who filled the form."""
    return PydanticCustomError(WORDS, "{text}", {"text": text})


def said(check: Callable[[T], T]) -> Callable[[T], T]:
    """A check of ours as a pydantic validator that keeps our words."""

    def checked(value: T) -> T:
        try:
            return check(value)
        except Wrong as wrong:
            raise in_words(str(wrong)) from None

    return checked


Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Siret = Annotated[str, AfterValidator(said(identifiers.siret))]
Rna = Annotated[str, AfterValidator(said(identifiers.rna))]
Phone = Annotated[str, AfterValidator(said(identifiers.phone))]
Email = Annotated[str, Field(max_length=254), AfterValidator(said(identifiers.email))]
Password = Annotated[str, AfterValidator(said(passwords.check_strength))]
Hours = Annotated[str, Field(max_length=300), AfterValidator(said(hours.read))]
Litres = Annotated[int, Field(ge=0, le=100_000)]
Grams = Annotated[int, Field(ge=0, le=30_000_000)]
Language = Literal["fr", "en"]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PersonIn(Shape):
    """Somebody, and how to reach them: an e-mail address or a phone number at least, unless a card is made."""

    name: Name
    email: Email | None = None
    phone: Phone | None = None


class OrganisationIn(Shape):
    """An organisation as its members or the staff describe it."""

    kind: OrganisationKind
    activity: Activity | None = None
    name: Name
    siret: Siret | None = None
    rna: Rna | None = None
    phone: Phone | None = None
    email: Email | None = None

    @model_validator(mode="after")
    def _a_donor_has_an_activity(self) -> Self:
        if self.kind == OrganisationKind.DONOR and self.activity is None:
            self.activity = Activity.OTHER
        if self.kind != OrganisationKind.DONOR:
            self.activity = None
        return self


def _known_categories(values: list[str]) -> list[str]:
    known = {category.slug for category in catalogue().categories}
    if not set(values) <= known:
        raise Wrong(N_("Choisissez des familles de produits de la liste."))
    return sorted(set(values))


def _known_exclusions(values: list[str]) -> list[str]:
    if not set(values) <= set(EXCLUSIONS):
        raise Wrong(N_("Choisissez des exclusions de la liste."))
    return sorted(set(values))


class AddressIn(Shape):
    """Where a site is. A pin placed by hand (degrees WGS84) is more exact than any address."""

    street: Short = ""
    postcode: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\d{5}$")]
    city: Name
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None

    @property
    def pin(self) -> tuple[float, float] | None:
        """The pin, if it has both its degrees."""
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


class SiteIn(AddressIn):
    """A place where food is picked up or received; a protected one's address is kept apart, encrypted."""

    name: Name
    protected: bool = False
    access_note: Note = ""
    contact_name: Short = ""
    contact_phone: Phone | None = None
    opening_hours: Hours = ""
    distribution_hours: Hours = ""
    fridge_litres: Litres = 0
    freezer_litres: Litres = 0
    min_grams: Grams = 0
    max_grams_day: Grams = 0
    people_per_week: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    accepted_categories: Annotated[list[str], AfterValidator(said(_known_categories))] = []
    exclusions: Annotated[list[str], AfterValidator(said(_known_exclusions))] = []
    takes_short_dlc: bool = False
    collects_itself: bool = False

    @model_validator(mode="after")
    def _limits_in_order(self) -> Self:
        if self.max_grams_day and self.min_grams > self.max_grams_day:
            raise in_words(N_("Le minimum dépasse le maximum par jour."))
        return self


class ClosureIn(Shape):
    """Closed days, first and last included."""

    first_day: date
    last_day: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_day < self.first_day:
            raise in_words(N_("Le dernier jour est avant le premier."))
        if (self.last_day - self.first_day).days > 366:
            raise in_words(N_("Une fermeture dure un an au plus."))
        return self


class InvitationIn(Shape):
    """Whom to invite, and as what. Without e-mail or phone the invitation is a QR code to print."""

    name: Name
    email: Email | None = None
    phone: Phone | None = None
    role: Role
    site_id: int | None = None


class RegistrationIn(OrganisationIn, AddressIn):
    """Somebody registers their organisation, its first site and themselves."""

    kind: Literal[OrganisationKind.DONOR, OrganisationKind.CHARITY, OrganisationKind.PUBLIC_BODY]
    person_name: Name
    person_email: Email | None = None
    person_phone: Phone | None = None
    password: Password | None = None
    opening_hours: Hours = ""
    locale: Language = "fr"

    @model_validator(mode="after")
    def _can_be_found_and_reached(self) -> Self:
        if self.person_email is None and self.person_phone is None:
            raise in_words(N_("Indiquez une adresse e-mail ou un téléphone mobile."))
        if self.person_email is None and self.person_phone and not identifiers.takes_sms(self.person_phone):
            raise in_words(N_("Sans e-mail, il faut un mobile qui reçoit les SMS."))
        if self.siret is None and self.rna is None:
            raise in_words(N_("Indiquez le SIRET, ou le numéro RNA d'une association."))
        if self.kind == OrganisationKind.DONOR and self.siret is None:
            raise in_words(N_("Un donateur indique son SIRET."))
        return self
