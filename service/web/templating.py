"""Pages: every room's templates under the room's own name ("lots/new.html"), with one set of filters and globals."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import phonenumbers
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse

from config.regions import load_region_config
from service.kit.clock import local
from service.kit.days import written_day
from service.kit.i18n import gettext, ngettext
from service.kit.text import NO_BREAK, apart, french_spaces
from service.kit.weight import show_kg
from service.web import csrf, plain
from service.web.assets import Released, release
from service.web.deps import locale_of, parts_of
from service.web.idempotency import new_once
from service.web.lettering import lettered
from service.web.maps import ground_of

SERVICE = Path(__file__).resolve().parents[1]
RELEASE, PERSON = "X-Glane-Release", "X-Glane-Person"
# On a page that a phone may keep, to be read where there is no network.
KEEP = {"X-Glane-Keep": "yes"}


def translate(text: str, locale: str, **params: object) -> str:
    """The text in the reader's language, spaced as that language is."""
    said = gettext(text, locale, **params)
    return french_spaces(said) if locale == "fr" else said


@pass_context
def _gettext(context: Context, text: str, **params: object) -> str:
    return translate(text, context["locale"], **_named(params))


def _named(params: dict[str, object]) -> dict[str, object]:
    """What a text is filled with, names in other directions set apart."""
    return {name: apart(value) if type(value) is str else value for name, value in params.items()}


@pass_context
def _ngettext(context: Context, one: str, many: str, count: int, **params: object) -> str:
    said = ngettext(one, many, count, context["locale"], **_named(params))
    return french_spaces(said) if context["locale"] == "fr" else said


def show_hour(moment: datetime, locale: str, zone: str) -> str:
    """ "18 h 30", "18 h" in French; "6:30 pm" style as English has it."""
    return show_time(local(moment, zone).time(), locale)


def show_time(hour: time, locale: str) -> str:
    """An hour of any day, as `show_hour` says one of a certain day."""
    if locale != "fr":
        return format_time(hour, "short", locale="en_GB")
    minutes = f"{NO_BREAK}{hour.minute:02d}" if hour.minute else ""
    return f"{hour.hour}{NO_BREAK}h{minutes}"


def show_day(day: date, locale: str, today: date) -> str:
    """ "aujourd'hui", "demain", else "vendredi 20 novembre", "mardi 1er décembre" (with the year if it is another)."""
    near = (
        {0: "aujourd'hui", 1: "demain", -1: "hier"} if locale == "fr" else {0: "today", 1: "tomorrow", -1: "yesterday"}
    )
    if (named := near.get((day - today).days)) is not None:
        return named
    pattern = "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y"
    return written_day(day, pattern, locale)


def show_duration(length: timedelta, locale: str) -> str:
    """ "2 h 10", "45 min", "3 j" in French; "2 h 10", "45 min", "3 d" in English. Never negative."""
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes < 60:
        return f"{minutes}{NO_BREAK}min"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours}{NO_BREAK}h" + (f"{NO_BREAK}{rest:02d}" if rest else "")
    return f"{minutes // (24 * 60)}{NO_BREAK}" + ("j" if locale == "fr" else "d")


@pass_context
def _kg(context: Context, grams: int) -> str:
    return show_kg(grams, context["locale"])


@pass_context
def _number(context: Context, value: float, pattern: str = "#,##0.##") -> str:
    return format_decimal(value, format=pattern, locale=context["locale"])


@pass_context
def _km(context: Context, metres: int) -> str:
    if metres < 950:
        return f"{round(metres, -1)}{NO_BREAK}m"
    pattern = "#,##0.#" if metres < 20_000 else "#,##0"
    return format_decimal(metres / 1000, format=pattern, locale=context["locale"]) + f"{NO_BREAK}km"


@pass_context
def _hour(context: Context, moment: datetime | time) -> str:
    if isinstance(moment, time):
        return show_time(moment, context["locale"])
    return show_hour(moment, context["locale"], context["zone"])


@pass_context
def _day(context: Context, moment: datetime | date) -> str:
    day = local(moment, context["zone"]).date() if isinstance(moment, datetime) else moment
    return show_day(day, context["locale"], local(context["now"], context["zone"]).date())


@pass_context
def _when(context: Context, moment: datetime) -> str:
    """ "18 h 30" today, "demain à 9 h", "vendredi 20 novembre à 9 h" otherwise."""
    here, today = local(moment, context["zone"]).date(), local(context["now"], context["zone"]).date()
    if here == today:
        return _hour(context, moment)
    link = "à" if context["locale"] == "fr" else "at"
    return f"{_day(context, moment)} {link} {_hour(context, moment)}"


@pass_context
def _stamp(context: Context, moment: datetime) -> str:
    """The full date and time, for tooltips and papers: "20/11/2026 à 18 h 30"."""
    link = " à " if context["locale"] == "fr" else " "
    return f"{_date(context, moment)}{link}{_hour(context, moment)}"


@pass_context
def _date(context: Context, day: date | datetime) -> str:
    """ "20/11/2026"."""
    if isinstance(day, datetime):
        day = local(day, context["zone"]).date()
    return format_date(day, "dd/MM/y", locale=context["locale"])


@pass_context
def _weekday(context: Context, day: date) -> str:
    """ "ven. 20", "mar. 1er"."""
    return written_day(day, "EEE d", context["locale"])


@pass_context
def _typo(context: Context, text: str) -> str:
    """Text that comes translated (a refusal, a verdict), spaced as its language is."""
    return french_spaces(text) if context["locale"] == "fr" else text


def _phone(number: str) -> str:
    """ "02 61 91 00 01": an E.164 number as people of its country read it."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL).replace(" ", NO_BREAK)


@pass_context
def _duration(context: Context, length: timedelta | int | float) -> str:
    """A timedelta or seconds."""
    return show_duration(length if isinstance(length, timedelta) else timedelta(seconds=length), context["locale"])


@lru_cache
def environment() -> Environment:
    """The Jinja environment of the whole product: undefined names are errors, everything is escaped."""
    rooms = {path.parent.name: FileSystemLoader(path) for path in SERVICE.glob("*/templates")}
    env = Environment(
        loader=PrefixLoader(rooms),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[Released],
    )
    env.globals.update(_=_gettext, ngettext=_ngettext, new_once=new_once)
    env.filters.update(
        kg=_kg,
        weekday=_weekday,
        typo=_typo,
        apart=apart,
        phone=_phone,
        number=_number,
        km=_km,
        hour=_hour,
        day=_day,
        when=_when,
        stamp=_stamp,
        date=_date,
        duration=_duration,
    )
    return env


def page_context(connection: HTTPConnection) -> dict[str, Any]:
    """What every page has at hand, from the request alone."""
    parts = parts_of(connection)
    state = connection.state
    # An address that is nobody's passes no guard, and its page still says whom to call.
    region = getattr(state, "region", None) or load_region_config(parts.settings.region)
    return {
        "request": connection,
        "path": connection.url.path,
        "locale": locale_of(connection),
        "plain": plain.wanted(connection),
        "zone": getattr(state, "zone", "Europe/Paris"),
        "now": parts.clock.now(),
        "clock_speed": parts.clock.speed,
        "who": getattr(state, "who", None),
        "nav": getattr(state, "nav", []),
        "live_cursor": getattr(state, "live_cursor", None),
        "csrf_token": csrf.token_of(connection),
        "demo": parts.settings.demo,
        "settings": parts.settings,
        "region": region,
        "ground": ground_of(parts.settings, region),
        "release": release(),
    }


def render(
    connection: HTTPConnection,
    template: str,
    context: Mapping[str, Any] | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """A page, or a part of one where htmx asks for a part's own template."""
    twin = plain.twin_of(template)
    given = {"answered": status, "has_twin": twin is not None, **page_context(connection), **(context or {})}
    drawn = environment().get_template(twin if twin and given["plain"] else template).render(given)
    html = lettered(drawn, given["locale"])
    # A phone that keeps pages asks: of which release, and whose.
    told = {RELEASE: release(), PERSON: given["who"].scope if given["who"] is not None else ""}
    return HTMLResponse(html, status_code=status, headers={"Cache-Control": "no-store", **told, **(headers or {})})
