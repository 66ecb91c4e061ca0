"""What waited, told in one message."""

from collections.abc import Sequence

from service.clients.sms.alphabet import length, to_gsm
from service.kit.i18n import DEFAULT_LOCALE, N_, ngettext
from service.kit.text import french_spaces
from service.notices.wording import Words
from service.web.templating import translate

LINK = "/notices"
# Two text messages' worth, with room for what a network counts twice.
MOST_PLACES = 300
_MORE = N_("et %(count)s de plus")


def digest_of(words: Sequence[Words], locale: str) -> Words:
    """One message that tells all of these, the oldest first; it opens the list of messages."""
    head = ngettext("%(count)s message vous attend", "%(count)s messages vous attendent", len(words), locale)
    head = french_spaces(head) if locale == DEFAULT_LOCALE else head
    return Words(
        title=head,
        text=translate(N_("Voici ce qui a attendu pour ne pas vous déranger."), locale),
        short=_short(head, [one.title for one in words], locale),
        link=LINK,
        action=translate(N_("Lire mes messages"), locale),
        parts=tuple(words),
    )


def _short(head: str, titles: Sequence[str], locale: str) -> str:
    """As many titles as two text messages hold, and how many more there are."""
    told = f"Glane, {head}"
    for at, title in enumerate(titles):
        more = len(titles) - at - 1
        rest = f" ; {translate(_MORE, locale, count=more)}." if more else "."
        longer = f"{told}{' : ' if not at else ' ; '}{title}"
        if length(to_gsm(longer + rest)) > MOST_PLACES:
            return f"{told} ; {translate(_MORE, locale, count=more + 1)}." if at else f"{told}."
        told = longer
    return f"{told}."
