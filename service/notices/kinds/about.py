"""What messages are about, whom they concern and how they travel, by the names the kinds use."""

from datetime import timedelta

from service.kit.i18n import N_
from service.notices.kind import Subject
from service.notices.models import Channel

BY_MAIL, BY_SMS = (Channel.SCREEN, Channel.MAIL), (Channel.SCREEN, Channel.SMS)
EVERYWHERE = (Channel.SCREEN, Channel.MAIL, Channel.SMS)
CHARITY, DONOR, DRIVER = frozenset({"charity"}), frozenset({"donor"}), frozenset({"driver"})
DISPATCHER, REGION = frozenset({"dispatcher"}), frozenset({"region"})
ADMINISTRATOR = frozenset({"administrator"})
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

LOT = Subject({"lot_id": "number", "label": "text"}, "/lots/%(lot_id)s", N_("Voir le lot"))
ROUND = Subject({"round_id": "number", "round": "text"}, "/rounds/%(round_id)s", N_("Voir la tournée"))
RAMASSE = Subject({"ramasse_id": "number"}, "/ramasses/%(ramasse_id)s", N_("Voir la ramasse"))
USUAL_GIFT = Subject(
    {"gift_id": "number", "day": "text"}, "/usual-gifts/%(gift_id)s/dates/%(day)s", N_("Répondre d'un geste")
)
ERRAND = Subject({"errand_id": "number", "label": "text"}, "/errands", N_("Voir le trajet"))
PARTNER = Subject(
    {"organisation_id": "number", "organisation": "text"}, "/partners/%(organisation_id)s", N_("Voir la demande")
)
ANYTHING = Subject()
