"""Reading a page's form as one of the shapes, and showing it again with what is wrong beside each field."""

from collections.abc import Mapping
from typing import Annotated, TypeVar

from fastapi import Depends
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from service.accounts.forms import WORDS
from service.kit.i18n import N_
from service.kit.refusals import Invalid
from service.kit.weight import WeightUnreadable, parse_kg
from service.web.errors import field_message

TO_FILL = N_("À remplir.")
M = TypeVar("M", bound=BaseModel)
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
