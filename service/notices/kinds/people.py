"""Messages about people and organisations: who waits for somebody's yes, and what was done in one's name."""

from service.kit.i18n import N_
from service.notices.kind import NoticeKind, Subject
from service.notices.kinds.about import (
    ADMINISTRATOR,
    ANYTHING,
    BY_MAIL,
    CHARITY,
    DAY,
    DISPATCHER,
    HOUR,
    PARTNER,
    REGION,
)

KINDS = (
    NoticeKind(
        "text_to_call_back", Subject({}, "/calls", N_("Voir qui rappeler")),
        called=N_("Un SMS que quelqu'un doit rappeler"),
        title=N_("SMS à rappeler : %(reason)s"),
        text=N_("« %(words)s » Rappelez son auteur : %(reason)s"),
        short=N_("SMS à rappeler : %(reason)s"),
        more={"reason": "msgid", "words": "text"},
        roles=DISPATCHER, urgent=True, lifetime=12 * HOUR, private=frozenset({"words"}),
    ),
    NoticeKind(
        "charity_to_approve", PARTNER,
        called=N_("Une association attend son approbation"),
        title=N_("À approuver : %(organisation)s"),
        text=N_("%(organisation)s demande à recevoir des dons. Vérifiez son habilitation avant d'accepter."),
        short=N_("%(organisation)s attend votre approbation dans Glane."),
        roles=CHARITY | REGION | ADMINISTRATOR, channels=BY_MAIL, lifetime=14 * DAY,
    ),
    NoticeKind(
        "acted_on_behalf", ANYTHING,
        title=N_("Saisi pour vous : %(what)s"),
        text=N_(
            "%(by)s (régulation) a saisi pour %(organisation)s %(at)s : %(what)s. Si ce n'est pas exact, "
            "appelez la régulation."
        ),
        short=N_("%(by)s (régulation) a saisi pour %(organisation)s %(at)s : %(what)s."),
        more={"by": "text", "organisation": "text", "what": "msgid", "at": "at"},
        channels=BY_MAIL, private=frozenset({"by"}),
    ),
)  # fmt: skip
