"""What routing refuses, in French: it speaks English to programs, and the command line French to people.

A sentence that `french` does not hold is told as it is; a test looks that it lacks none about files and rules.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from routing import Breach, FormatError, ProblemError, RoutingError
from workers.cli.french import PLACES, SENTENCES, WORDS

# A place that is counted, rather than a field that has such a name.
NUMBERED = re.compile(rf"\b({'|'.join(PLACES)})\b(?= \d)")


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The sentences as patterns, those that say the most first."""
    order = sorted(SENTENCES, key=lambda one: len(one.replace("{}", "")), reverse=True)
    return [(re.compile("(.*)".join(map(re.escape, one.split("{}"))), re.DOTALL), SENTENCES[one]) for one in order]


def sentence(english: str) -> str | None:
    """One of routing's sentences in French, or None when it is not known here."""
    for pattern, french in _patterns():
        found = pattern.fullmatch(english)
        if found is not None:
            return french.format(*map(_word, found.groups()))
    return None


def _word(said: str) -> str:
    """What a sentence says about the case: our own words in French, texts between French quotation marks."""
    line = re.fullmatch(r"(?:.*: )?line (\d+)", said, re.DOTALL)
    if line:
        return f"ligne {line[1]}"
    quoted = re.fullmatch(r"(['\"])(.*)\1", said, re.DOTALL)
    return f"« {quoted[2]} »" if quoted else WORDS.get(said, said)


def refusal(error: RoutingError, file: Path | None = None) -> str:
    """An error of routing in French: the file, the place in it, what is wrong there."""
    if isinstance(error, FormatError):
        where, reason = error.where, error.reason
    elif isinstance(error, ProblemError):
        where, reason = error.field, error.reason
    else:
        return sentence(str(error)) or str(error)
    if file is not None:
        where = where.removeprefix(str(file)).removeprefix(":").strip()
    where = "en-tête" if where == "header" else NUMBERED.sub(lambda found: PLACES[found[0]], where).replace(": ", " : ")
    parts = [str(file)] if file is not None else []
    said = sentence(reason) or reason
    return " : ".join([*parts, *([where] if where else []), said])


def breach(broken: Breach) -> str:
    """A broken rule in French: whose round, which shipment, what is wrong."""
    whose = [f"tournée {broken.vehicle}"] if broken.vehicle else []
    whose += [f"envoi {broken.shipment}"] if broken.shipment else []
    said = sentence(broken.message) or broken.message
    return f"{', '.join(whose)} : {said}" if whose else said
