"""What comes in about people, organisations and sites: the same shapes for pages and for the API."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Literal, Self, TypeVar

from fastapi import Depends
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from config.catalogue import catalogue
from service.accounts import hours, identifiers, passwords
from service.accounts.identifiers import Wrong
from service.accounts.models import Activity, OrganisationKind, Role
from service.kit.i18n import N_
from service.kit.refusals import Invalid
from service.kit.weight import WeightUnreadable, parse_kg
from service.web.errors import field_message

WORDS = "words"  # the type of an error whose text is written for people
# Goods a charity may say it never takes.
EXCLUSIONS: dict[str, str] = {
    "pork": N_("Sans porc"),
    "alcohol": N_("Sans alcool"),
    "no_cooking": N_("Rien à cuire"),
    "no_oven": N_("Rien à passer au four"),
}
TO_FILL = N_("À remplir.")
M = TypeVar("M", bound=BaseModel)
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


# Which field of a form a check of the whole form is about.
ABOUT = {
    N_("Le minimum dépasse le maximum par jour."): "min_grams",
    N_("Le dernier jour est avant le premier."): "last_day",
    N_("Une fermeture dure un an au plus."): "last_day",
    N_("Indiquez une adresse e-mail ou un téléphone mobile."): "person_email",
    N_("Sans e-mail, il faut un mobile qui reçoit les SMS."): "person_phone",
    N_("Indiquez le SIRET, ou le numéro RNA d'une association."): "siret",
    N_("Un donateur indique son SIRET."): "siret",
}


async def _form(request: Request) -> FormData:
    return await request.form()


Form = Annotated[FormData, Depends(_form)]


def text_of(form: FormData, name: str) -> str:
    """One answer of a form, without spaces around it; empty when it is missing or a file."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


class Filled(dict[str, object]):
    """What a form shows again: a box nobody filled is empty."""

    def __missing__(self, name: str) -> str:
        return ""


def answers(form: FormData) -> Filled:
    """A form as it was filled, to show it again: lists where a name comes several times."""
    given = {name: [value for value in form.getlist(name) if not isinstance(value, UploadFile)] for name in form}
    return Filled({name: values[0] if len(values) == 1 else values for name, values in given.items()})


def read(shape: type[M], form: FormData, **given: object) -> M:
    """A form as one of these shapes, or `Invalid` saying what is wrong where.

    An empty answer is no answer. Boxes named `…_kg` hold kilograms and become `…_grams`. `given` comes from the page,
    not from the form.
    """
    values, wrong = _values(shape, form)
    try:
        read_shape = shape.model_validate({**values, **given})
    except ValidationError as error:
        wrong = {**said_by(error), **wrong}
        raise Invalid(fields=_as_in_form(wrong, form)) from None
    if wrong:
        raise Invalid(fields=_as_in_form(wrong, form))
    return read_shape


def said_by(error: ValidationError) -> dict[str, str]:
    """Field by field, what is wrong, in our words."""
    fields: dict[str, str] = {}
    for detail in error.errors():
        text = detail["msg"] if detail["type"] == WORDS else field_message(detail["type"])
        if detail["type"] == "string_too_short":
            text = TO_FILL
        name = str(detail["loc"][0]) if detail["loc"] else ABOUT.get(text, "form")
        fields.setdefault(name, text)
    return fields


def _values(shape: type[BaseModel], form: FormData) -> tuple[dict[str, object], dict[str, str]]:
    values: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for name, field in shape.model_fields.items():
        if field.annotation == list[str]:
            values[name] = [value for value in form.getlist(name) if isinstance(value, str) and value]
            continue
        in_kg = name.replace("_grams", "_kg")
        if in_kg != name and in_kg in form:
            try:
                text = text_of(form, in_kg)
                values[name] = parse_kg(text) if text.strip("0 ,.") else 0
            except WeightUnreadable as refusal:
                wrong[name] = refusal.message
        elif field.annotation is bool:
            values[name] = bool(text_of(form, name))
        elif text := text_of(form, name):
            values[name] = text.replace("\u202f", "").replace(" ", "") if field.annotation is int else text
    return values, wrong


def _as_in_form(wrong: Mapping[str, str], form: FormData) -> dict[str, str]:
    return {(kg if (kg := name.replace("_grams", "_kg")) in form else name): text for name, text in wrong.items()}
