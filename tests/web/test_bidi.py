"""Right-to-left names in a page: set apart wherever they stand, and nothing else is touched."""

import pytest

from service.web.bidi import set_apart
from service.web.templating import environment


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>مخبز النور · 3 km</p>", "<p>\u2068مخبز النور\u2069 · 3 km</p>"),
        ("<b>בית לחם → مخبز</b> 12 kg", "<b>\u2068בית לחם\u2069 → \u2068مخبز\u2069</b> 12 kg"),
        ("<p>de \u2068مخبز 24\u2069, 12 kg</p>", "<p>de \u2068مخبز 24\u2069, 12 kg</p>"),
        ('<input value="مخبز"><p>x</p>', '<input value="مخبز"><p>x</p>'),
        ("<textarea name=note>مخبز</textarea>", "<textarea name=note>مخبز</textarea>"),
        ("<p>Chez Ali 🥖 · 3 km</p>", "<p>Chez Ali 🥖 · 3 km</p>"),
    ],
)
def test_runs_are_set_apart(html: str, shown: str) -> None:
    """Each run once; what is typed in a box is sent back as it was typed."""
    assert set_apart(html) == shown
    assert set_apart(shown) == shown


def test_a_text_is_filled_with_names_set_apart() -> None:
    """Exactly, the number that belongs to the name included; numbers and our own marks are not names."""
    page = environment().from_string('{{ _("de %(place)s", place=name) }} {{ name|apart }} {{ _("étape %(n)s", n=3) }}')
    assert page.render(locale="fr", name="مخبز 24") == "de \u2068مخبز 24\u2069 \u2068مخبز 24\u2069 étape 3"
