"""Texts in the reader's language."""

from service.kit.i18n import gettext, ngettext, translations


def test_french_is_the_source() -> None:
    """A French reader gets the text as written, its places filled."""
    assert gettext("Bonjour %(name)s", "fr", name="Zoé") == "Bonjour Zoé"


def test_english_comes_from_the_rooms_catalogues() -> None:
    """A text of a room is found whatever the room."""
    assert gettext("Choisissez un de vos sites.", "en") == "Choose one of your sites."


def test_zero_is_singular_in_french_only() -> None:
    """0 lot in French, 0 lots in English."""
    one, many = (
        "%(count)s autre lot, que vous ne pouvez pas prendre",
        "%(count)s autres lots, que vous ne pouvez pas prendre",
    )
    assert ngettext(one, many, 0, "fr").startswith("0 autre lot,")
    assert ngettext(one, many, 0, "en").startswith("0 other lots")


def test_an_unknown_language_reads_french() -> None:
    """Nobody gets an error for their language."""
    assert gettext("Bonjour", "xx") == "Bonjour"
    assert translations("xx") is not None
