"""The places of each role, four at most, the one it needs most first."""

from service.kit.i18n import N_

# role, in the order in which a person with several roles is served: (address, label, icon)
PLACES: dict[str, list[tuple[str, str, str]]] = {
    "driver": [
        ("/rounds/mine", N_("Ma tournée"), "route"),
        ("/shifts/mine", N_("Mes services"), "calendar-days"),
        ("/notices", N_("Messages"), "bell"),
        ("/account", N_("Compte"), "user"),
    ],
    "donor": [
        ("/give", N_("Donner"), "hand-heart"),
        ("/lots", N_("Mes lots"), "package"),
        ("/notices", N_("Messages"), "bell"),
        ("/account", N_("Compte"), "user"),
    ],
    "charity": [
        ("/offers", N_("À prendre"), "shopping-basket"),
        ("/claims", N_("Mes demandes"), "package-check"),
        ("/notices", N_("Messages"), "bell"),
        ("/account", N_("Compte"), "user"),
    ],
    "dispatcher": [
        ("/dispatch", N_("Régulation"), "map"),
        ("/lots", N_("Lots"), "package"),
        ("/partners", N_("Partenaires"), "users"),
        ("/account", N_("Compte"), "user"),
    ],
    "region": [
        ("/region", N_("La région"), "chart-column"),
        ("/lots", N_("Lots"), "package"),
        ("/partners", N_("Partenaires"), "users"),
        ("/account", N_("Compte"), "user"),
    ],
    "administrator": [
        ("/partners", N_("Partenaires"), "users"),
        ("/region", N_("La région"), "chart-column"),
        ("/account", N_("Compte"), "user"),
    ],
}

# Pages that stand under another place than their address says.
BELONGS = {"/lots/new": "/give", "/lots/new/practice": "/give", "/shifts/availability": "/shifts/mine"}


def main_role(roles: frozenset[str]) -> str | None:
    """The role a person is served in first."""
    return next((role for role in PLACES if role in roles), None)


def home_of(roles: frozenset[str]) -> str:
    """The address a person lands on after signing in."""
    role = main_role(roles)
    return PLACES[role][0][0] if role else "/account"


def places_of(roles: frozenset[str], path: str) -> list[dict[str, object]]:
    """The navigation of a page, its own place marked."""
    role = main_role(roles)
    path = BELONGS.get(path, path)
    return [
        {"href": href, "label": label, "icon": icon, "current": path == href or path.startswith(href + "/")}
        for href, label, icon in (PLACES[role] if role else [])
    ]
