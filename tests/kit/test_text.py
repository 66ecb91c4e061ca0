"""French typography, and words made comparable."""

import pytest

from service.kit.text import apart, french_spaces, plain


@pytest.mark.parametrize(
    ("written", "spaced"),
    [
        ("Prêt ? Oui !", "Prêt\u202f? Oui\u202f!"),
        ("Aide : 18 h 30", "Aide\u00a0: 18\u00a0h\u00a030"),
        ("« bio » ; 3 kg", "«\u00a0bio\u00a0»\u202f; 3\u00a0kg"),
        ("part de 0 %. 8 € ; 2 hôtes", "part de 0\u00a0%. 8\u00a0€\u202f; 2 hôtes"),
        ("Frais, 8 °C au plus", "Frais, 8\u00a0°C au plus"),
        ("http://exemple.fr", "http://exemple.fr"),
    ],
)
def test_french_spaces(written: str, spaced: str) -> None:
    """Narrow before ; ! ?, wide before : and inside quotes, none added where French wants none."""
    assert french_spaces(written) == spaced


def test_plain_words_compare() -> None:
    """Accents, ligatures, hyphens and case do not matter in a search."""
    assert plain("L'Île-d'Yeu") == "l ile d yeu"
    assert plain("Sacré-Cœur") == "sacre coeur"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("مخبز النور 24", "\u2068مخبز النور 24\u2069"),
        ("\u2068בית\u2069", "\u2068בית\u2069"),
        ("Chez Ali 🥖", "Chez Ali 🥖"),
        ("", ""),
    ],
)
def test_a_name_from_right_to_left_is_set_apart(name: str, shown: str) -> None:
    """Once; any other name stays as it is."""
    assert apart(name) == shown
