"""The look at a page's words (tests/journeys/words.py, on every page in `test_accessibility.py`) sees what is wrong."""

import pytest

from tests.journeys.words import left_in_french, misspelt, spacing, words_of


@pytest.mark.parametrize(
    "fault", ["Prêt ?", "Oui!", "à 18:30", "18 h 30", "2.5 kg", "12 kg", "« ici", "ici »", "Aide : 3", "Ouvert à 9 h30"]
)
def test_a_fault_of_spacing_is_found(fault: str) -> None:
    """Ordinary spaces, none at all, an English hour, an English comma."""
    assert spacing(fault)


@pytest.mark.parametrize(
    "right", ["Prêt\u202f?", "Aide\u00a0: 3", "18\u00a0h\u00a030", "2,5\u00a0kg", "http://exemple.fr", "version 2.5"]
)
def test_good_french_is_left_alone(right: str) -> None:
    """What is spaced as French wants it, and what no rule is about."""
    assert spacing(right) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("Donner", True), ("Choisissez votre lieu", True), ("Give", False), ("Boulangerie des Halles · 2 km", False)],
)
def test_french_on_an_english_page_is_found(text: str, found: bool) -> None:
    """A text of the catalogues, or one that was never marked; names are names."""
    assert bool(left_in_french(text)) == found


def test_all_that_is_shown_or_read_aloud_is_looked_at() -> None:
    """Texts and the attributes that are read; not scripts, boxes of text, or what says its own language."""
    page = (
        '<html lang="en"><p title="Un">Deux <b>trois</b><span lang="fr">Français</span></p><script>x ?</script></html>'
    )
    assert words_of(page) == ["Un", "Deux", "trois"]
    assert misspelt('<p aria-label="Prêt ?">Oui</p>', "fr") == ["an ordinary space before ; : ! ? »: Prêt ?"]
