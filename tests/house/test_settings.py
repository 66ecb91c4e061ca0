"""Every setting says what it is for, and the documents name no setting that does not exist."""

import re

import pytest

from config.settings import Settings
from tests.house.sources import texts


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_a_setting_is_described(name: str) -> None:
    """Whoever installs Glane reads in one place what each variable does."""
    assert Settings.model_fields[name].description


def test_documents_name_settings_that_exist() -> None:
    """`GLANE_…` in a README, a compose file or an example is a setting, a part of the command, or compose's own."""
    known = {f"GLANE_{name.upper()}" for name in Settings.model_fields}
    # Set by a process for the parts it starts; the compose file's choice of image and published port.
    known |= {"GLANE_STARTED_BY", "GLANE_IMAGE", "GLANE_PUBLISHED_PORT"}
    wrong = {
        (path, name)
        for path, text in texts().items()
        if path.endswith((".md", ".yaml", ".yml", ".example", "Dockerfile", "Makefile"))
        for name in re.findall(r"\bGLANE_[A-Z_]+[A-Z]\b", text)
        if name not in known
    }
    assert wrong == set()
