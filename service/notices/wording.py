"""The words of a message, made of its kind and its params in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from babel.numbers import format_decimal

from service.kit.clock import local
from service.kit.days import written_day
from service.kit.i18n import N_, gettext
from service.kit.text import NO_BREAK
from service.kit.weight import show_kg
from service.notices.kind import NoticeKind
from service.notices.kinds import KINDS
from service.web.templating import environment, show_day, show_hour, translate

_AT_HOUR = N_("à %(hour)s")
_DAY_AND_HOUR = N_("%(day)s à %(hour)s")
_NAMED_AT = N_("%(name)s (%(at)s)")
_MORE = N_("et %(count)s de plus")
_URGENT = N_("Urgent : %(told)s")
# So many names are told with their moments; the page it opens shows all.
MOST_NAMED = 6


@dataclass(frozen=True)
class Words:
    """What is shown or sent. `link` is a path of the product, or empty; `reply` is what a text message says beside to
    who may answer it."""

    title: str
    text: str
    short: str
    link: str
    action: str
    reply: str = ""
    # Several messages told in one.
    parts: tuple["Words", ...] = ()


def check_params(kind: NoticeKind, params: Mapping[str, Any]) -> dict[str, Any]:
    """The params as the database keeps them. Raises ``ValueError`` if one is missing, unknown or of a wrong shape."""
    if set(params) != set(kind.params):
        raise ValueError(f"{kind.name} takes {sorted(kind.params)}, not {sorted(params)}")
    kept: dict[str, Any] = {}
    for name, shape in kind.params.items():
        value = params[name]
        if shape in ("moment", "at"):
            if not isinstance(value, datetime) or value.tzinfo is None:
                raise ValueError(f"{kind.name}.{name} is an aware datetime")
            kept[name] = value.isoformat()
        elif shape == "day" and value != "":
            if not isinstance(value, date) or isinstance(value, datetime):
                raise ValueError(f"{kind.name}.{name} is a day, or empty")
            kept[name] = value.isoformat()
        elif shape == "moments":
            kept[name] = [_named(kind, name, one) for one in value]
        elif shape in ("grams", "metres", "number"):
            if not isinstance(value, int):
                raise ValueError(f"{kind.name}.{name} is a whole number")
            kept[name] = value
        else:
            kept[name] = str(value)
    return kept


def _named(kind: NoticeKind, name: str, one: Any) -> list[str]:
    called, at = one
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise ValueError(f"{kind.name}.{name} are names, each with an aware datetime")
    return [str(called), at.isoformat()]


def words_of(kind_name: str, params: Mapping[str, Any], *, locale: str, zone: str, now: datetime) -> Words:
    """The words, with moments told from `now`: what was "demain" yesterday is "aujourd'hui" today."""
    kind = KINDS[kind_name]
    shown = {
        name: _shown(params.get(name, ""), shape, locale=locale, zone=zone, now=now)
        for name, shape in kind.params.items()
    }
    return Words(
        title=translate(kind.title, locale, **shown),
        text=translate(kind.text, locale, **shown),
        short=translate(kind.short, locale, **shown),
        link=kind.link % {name: params.get(name, "") for name in kind.params},
        action=translate(kind.action, locale),
        reply=translate(kind.reply, locale, **shown) if kind.reply else "",
    )


def marked(kind_name: str, words: Words, locale: str) -> Words:
    """The same words as they leave the product: what is urgent says so first, since it may wake somebody."""
    if not KINDS[kind_name].marked:
        return words
    title, short = (translate(_URGENT, locale, told=told) for told in (words.title, words.short))
    return replace(words, title=title, short=short)


def lock_screen(kind_name: str, params: Mapping[str, Any], *, locale: str, zone: str, now: datetime) -> Words:
    """The words for a screen anybody may look at: what is private to somebody is left out of them."""
    private = KINDS[kind_name].private
    shown = {name: "…" if name in private else value for name, value in params.items()}
    return marked(kind_name, words_of(kind_name, shown, locale=locale, zone=zone, now=now), locale)


def mail_html(words: Words, *, address: str, locale: str, name: str, zone: str, now: datetime) -> str:
    """The richer twin of a mail."""
    hrefs = [absolute(part.link, address) for part in words.parts]
    context = {"words": words, "href": absolute(words.link, address), "address": address, "name": name, "hrefs": hrefs}
    page = environment().get_template("notices/mail.html")
    return page.render({**context, "locale": locale, "zone": zone, "now": now})


def mail_text(words: Words, *, address: str, locale: str, name: str) -> str:
    """The plain body of a mail."""
    href = absolute(words.link, address)
    greeting = translate(N_("Bonjour %(name)s,"), locale, name=name)
    foot = translate(N_("Glane, le don alimentaire de votre région"), locale)
    choose = translate(N_("Choisir mes messages : %(href)s"), locale, href=f"{address}/notices/preferences")
    link = [f"{words.action} : {href}" if locale == "fr" else f"{words.action}: {href}", ""] if href else []
    parts = [line for part in words.parts for line in (f"* {part.text}", f"  {absolute(part.link, address)}", "")]
    return "\n".join([greeting, "", words.text, "", *parts, *link, "-- ", foot, choose, ""])


def absolute(link: str, address: str) -> str:
    """A path as a whole address; a whole address stays."""
    return f"{address}{link}" if link.startswith("/") else link


def _shown(value: Any, shape: str, *, locale: str, zone: str, now: datetime) -> str:
    if value == "":
        return ""
    if shape == "grams":
        return show_kg(int(value), locale)
    if shape == "metres":
        return _distance(int(value), locale)
    if shape in ("moment", "at"):
        return _moment(datetime.fromisoformat(str(value)), shape == "at", locale=locale, zone=zone, now=now)
    if shape == "day":
        return _day(str(value), locale=locale, zone=zone, now=now)
    if shape == "moments":
        return _moments(value, locale=locale, zone=zone, now=now)
    if shape == "msgid":
        return gettext(str(value), locale)
    return str(value)


def _distance(metres: int, locale: str) -> str:
    if metres < 950:
        return f"{round(metres, -1)}{NO_BREAK}m"
    return format_decimal(round(metres / 1000, 1), format="#,##0.#", locale=locale) + f"{NO_BREAK}km"


def _moment(moment: datetime, linked: bool, *, locale: str, zone: str, now: datetime) -> str:
    day, today = local(moment, zone).date(), local(now, zone).date()
    hour = show_hour(moment, locale, zone)
    if day == today:
        return translate(_AT_HOUR, locale, hour=hour) if linked else hour
    return translate(_DAY_AND_HOUR, locale, day=show_day(day, locale, today), hour=hour)


def _day(said: str, *, locale: str, zone: str, now: datetime) -> str:
    """ "lundi 23 novembre", whatever day it is now: it may follow "du", or stand alone."""
    try:
        day = date.fromisoformat(said)
    except ValueError:
        # Messages from before days were kept as days say it as it was written then.
        return said
    pattern = "EEEE d MMMM" if day.year == local(now, zone).year else "EEEE d MMMM y"
    return written_day(day, pattern, locale)


def _moments(named: Any, *, locale: str, zone: str, now: datetime) -> str:
    if isinstance(named, str):
        # Messages from before moments were kept as moments say them as they were written then.
        return named
    told = [
        translate(
            _NAMED_AT, locale, name=name,
            at=_moment(datetime.fromisoformat(at), linked=False, locale=locale, zone=zone, now=now),
        )
        for name, at in named[:MOST_NAMED]
    ]  # fmt: skip
    more = len(named) - MOST_NAMED
    return ", ".join(told) + (f" {translate(_MORE, locale, count=more)}" if more > 0 else "")
