"""Names that run from right to left, in pages that run from left to right.

Where a template fills a text with a name, or writes `name|apart`, the name is set apart exactly. What is left is found
here: each run of such letters in a page's text, so that no page has to think of it.
"""

import re

from service.kit.text import END_ISOLATE, ISOLATE, RIGHT_TO_LEFT

# Up to a sign that our pages set between a name and what follows it.
_RUN = re.compile(f"{ISOLATE}[^{END_ISOLATE}]*{END_ISOLATE}|{RIGHT_TO_LEFT}(?:[^<>{ISOLATE}·→–,;()]*{RIGHT_TO_LEFT})?")
_ANY = re.compile(RIGHT_TO_LEFT)
# A box of text is sent back as it stands: nothing is written into it.
_PARTS = re.compile(r"(<textarea\b.*?</textarea>|<script\b.*?</script>|<[^>]*>)", re.S)


def set_apart(html: str) -> str:
    """The page with every right-to-left run of its text set apart; attributes and boxes of text as they are."""
    if not _ANY.search(html):
        return html
    parts = _PARTS.split(html)
    parts[::2] = [_RUN.sub(_apart, text) for text in parts[::2]]
    return "".join(parts)


def _apart(run: re.Match[str]) -> str:
    return run[0] if run[0].startswith(ISOLATE) else f"{ISOLATE}{run[0]}{END_ISOLATE}"
