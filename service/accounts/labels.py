"""What kinds, states and roles are called on a screen (msgids)."""

from service.accounts.models import AccountState, Activity, OrganisationKind, Role
from service.kit.i18n import N_

KINDS: dict[OrganisationKind, str] = {
    OrganisationKind.DONOR: N_("Donateur"),
    OrganisationKind.CHARITY: N_("Association"),
    OrganisationKind.PUBLIC_BODY: N_("CCAS ou organisme public"),
    OrganisationKind.REGION: N_("Région"),
    OrganisationKind.CARRIER: N_("Transporteur"),
}
KIND_ICONS: dict[OrganisationKind, str] = {
    OrganisationKind.DONOR: "store",
    OrganisationKind.CHARITY: "heart-handshake",
    OrganisationKind.PUBLIC_BODY: "landmark",
    OrganisationKind.REGION: "landmark",
    OrganisationKind.CARRIER: "truck",
}
ACTIVITIES: dict[Activity, str] = {
    Activity.BAKERY: N_("Boulangerie"),
    Activity.GREENGROCER: N_("Primeur"),
    Activity.SUPERMARKET: N_("Superette ou petite surface"),
    Activity.BUTCHER: N_("Boucherie, charcuterie"),
    Activity.CHEESE: N_("Fromagerie"),
    Activity.RESTAURANT: N_("Restaurant, traiteur"),
    Activity.FISH: N_("Poissonnerie"),
    Activity.FARM: N_("Ferme"),
    Activity.MARKET_STALL: N_("Stand de marché"),
    Activity.OTHER: N_("Autre commerce"),
}
ACTIVITY_ICONS: dict[Activity, str] = {
    Activity.BAKERY: "croissant",
    Activity.GREENGROCER: "carrot",
    Activity.SUPERMARKET: "shopping-basket",
    Activity.BUTCHER: "utensils",
    Activity.CHEESE: "milk",
    Activity.RESTAURANT: "soup",
    Activity.FISH: "fish",
    Activity.FARM: "wheat",
    Activity.MARKET_STALL: "apple",
    Activity.OTHER: "store",
}
STATES: dict[AccountState, str] = {
    AccountState.PENDING: N_("En attente d'approbation"),
    AccountState.ACTIVE: N_("Actif"),
    AccountState.SUSPENDED: N_("Suspendu"),
}
STATE_TAGS: dict[AccountState, tuple[str, str]] = {
    AccountState.PENDING: ("warn", "hourglass"),
    AccountState.ACTIVE: ("good", "check"),
    AccountState.SUSPENDED: ("bad", "circle-x"),
}
ROLES: dict[Role, str] = {
    Role.DONOR: N_("Donne"),
    Role.CHARITY: N_("Reçoit"),
    Role.DRIVER: N_("Conduit"),
    Role.DISPATCHER: N_("Régule"),
    Role.REGION: N_("Région"),
    Role.ADMINISTRATOR: N_("Administre"),
}
WEEKDAYS = (
    N_("lundi"), N_("mardi"), N_("mercredi"), N_("jeudi"), N_("vendredi"), N_("samedi"), N_("dimanche"),
)  # fmt: skip
