"""Messages about rounds: who comes when, what changed, who drives, and the small lots somebody brings."""

from service.kit.i18n import N_
from service.notices.kind import NoticeKind, Subject
from service.notices.kinds.about import BY_MAIL, BY_SMS, CHARITY, DISPATCHER, DONOR, DRIVER, ERRAND, HOUR, LOT, ROUND

KINDS = (
    NoticeKind(
        "pickup_planned", LOT,
        called=N_("Un passage est prévu"),
        title=N_("%(what)s %(at)s"),
        text=N_("La tournée %(round)s passe %(at)s (%(place)s) pour %(label)s, %(grams)s."),
        short=N_("%(what)s %(at)s, %(place)s : %(label)s, %(grams)s."),
        more={
            "what": "msgid", "grams": "grams", "round": "text", "place": "text", "at": "at",
            # Whose passage it was, to know whether it has moved since.
            "round_id": "number", "site_id": "number",
        },
        roles=CHARITY | DONOR, channels=BY_MAIL, lifetime=12 * HOUR,
    ),
    NoticeKind(
        "round_changed", ROUND,
        called=N_("Votre tournée a changé"),
        title=N_("Tournée modifiée : %(round)s"),
        text=N_("La tournée %(round)s a changé : départ %(departs)s, %(stops)s arrêts. Ouvrez-la avant de partir."),
        short=N_("Tournée %(round)s modifiée : départ %(departs)s, %(stops)s arrêts. Ouvrez-la avant de partir."),
        more={"departs": "at", "stops": "number", "version": "number"},
        roles=DRIVER, channels=BY_SMS, urgent=True, lifetime=12 * HOUR,
    ),
    NoticeKind(
        "round_needs_call", ROUND,
        called=N_("Un appel à passer pour une tournée"),
        title=N_("À appeler : %(round)s"),
        text=N_("Tournée %(round)s. %(reason)s"),
        short=N_("%(round)s : %(reason)s"),
        more={"reason": "msgid"},
        roles=DISPATCHER, channels=BY_SMS, urgent=True, lifetime=4 * HOUR,
    ),
    NoticeKind(
        "driver_away", Subject({}, "/dispatch/shifts", N_("Voir les services")),
        called=N_("Un chauffeur absent laisse des tournées"),
        title=N_("Sans chauffeur : %(rounds)s"),
        text=N_(
            "%(person)s ne sera pas là du %(from)s au %(to)s. N'ont plus de chauffeur : %(rounds)s. Ces services sont "
            "proposés aux autres."
        ),
        short=N_("Sans chauffeur : %(rounds)s. Absence de %(person)s du %(from)s au %(to)s."),
        more={"person": "text", "from": "day", "to": "day", "rounds": "moments"},
        roles=DISPATCHER, channels=BY_MAIL, private=frozenset({"person"}),
    ),
    NoticeKind(
        "own_shift", Subject({}, "/shifts/mine", N_("Voir mes services")),
        called=N_("Un service vous est confié, change ou vous est retiré"),
        title=N_("%(what)s : %(vehicle)s"),
        text=N_("%(what)s : %(vehicle)s, %(starts)s, %(place)s."),
        short=N_("%(what)s : %(vehicle)s, %(starts)s, %(place)s."),
        more={"what": "msgid", "vehicle": "text", "starts": "at", "place": "msgid"},
        roles=DRIVER, channels=BY_MAIL,
    ),
    NoticeKind(
        "errand_offered", ERRAND,
        called=N_("Un petit lot à apporter près de chez vous"),
        title=N_("%(minutes)s min %(means)s : %(label)s"),
        text=N_(
            "%(grams)s de %(label)s à porter de %(donor)s à %(charity)s : %(minutes)s min %(means)s, retour compris. "
            "Le premier qui dit oui l'apporte."
        ),
        short=N_("%(minutes)s min %(means)s : %(grams)s de %(label)s, de %(donor)s à %(charity)s. Oui, dans Glane ?"),
        more={
            "lot_id": "number", "donor": "text", "charity": "text", "grams": "grams", "minutes": "number",
            "means": "msgid",
        },
        roles=DRIVER, channels=BY_SMS, mail_without_text=True, lifetime=3 * HOUR,
        reply=N_("Répondez OUI %(lot_id)s ou NON %(lot_id)s."),
    ),
    NoticeKind(
        "errand_taken", ERRAND,
        title=N_("Déjà pris : %(label)s"),
        text=N_("Quelqu'un d'autre apporte %(label)s. Merci de vous être proposé : il y en aura d'autres."),
        short=N_("%(label)s : quelqu'un d'autre l'apporte. Merci."),
        lifetime=3 * HOUR,
    ),
    NoticeKind(
        "errand_over", ERRAND,
        called=N_("Un petit lot que vous alliez apporter n'est plus à apporter"),
        title=N_("Ne partez pas : %(label)s"),
        text=N_("%(label)s n'est plus à apporter. %(reason)s Merci, et à une autre fois."),
        short=N_("Ne partez pas : %(label)s n'est plus à apporter. %(reason)s"),
        more={"reason": "msgid"},
        roles=DRIVER, channels=BY_SMS, urgent=True, lifetime=3 * HOUR,
    ),
)  # fmt: skip
