"""What is done to the text of every page before it leaves, so that no page has to think of it.

French is spaced as French is, whoever wrote it: a template, a rule's words, a source that is cited. Names that run from
right to left are set apart from what stands beside them: exactly where a template fills a text with a name or writes
`name|apart`, and as runs of such letters elsewhere.
"""

import re

from service.kit.text import END_ISOLATE, ISOLATE, RIGHT_TO_LEFT, french_spaces

# Up to a sign that our pages set between a name and what follows it.
_RUN = re.compile(f"{ISOLATE}[^{END_ISOLATE}]*{END_ISOLATE}|{RIGHT_TO_LEFT}(?:[^<>{ISOLATE}·→–,;()]*{RIGHT_TO_LEFT})?")
_ANY = re.compile(RIGHT_TO_LEFT)
_SPACED = re.compile(r"[;:!?«»]|\d ")
# A box of text is sent back as it stands: nothing is written into it.
_PARTS = re.compile(r"(<textarea\b.*?</textarea>|<script\b.*?</script>|<[^>]*>)", re.S)


def lettered(html: str, locale: str) -> str:
    """The page with its text as it should be read; attributes and boxes of text as they are."""
    mixed, french = _ANY.search(html) is not None, locale == "fr"
    if not mixed and not french:
        return html
    parts = _PARTS.split(html)
    texts = parts[::2]
    if french:
        texts = [french_spaces(text) if _SPACED.search(text) else text for text in texts]
    if mixed:
        texts = [_RUN.sub(_apart, text) for text in texts]
    parts[::2] = texts
    return "".join(parts)


def _apart(run: re.Match[str]) -> str:
    return run[0] if run[0].startswith(ISOLATE) else f"{ISOLATE}{run[0]}{END_ISOLATE}"
