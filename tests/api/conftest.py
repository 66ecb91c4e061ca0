"""One evening for all requests to the API, put back as it was before each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.story import Door, tell_story


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """To list the schema's tests, all of them slow, the whole API is described: without slow tests that is left."""
    if collection_path.name == "test_schema.py" and "not slow" in str(config.option.markexpr):
        return True
    return None


@pytest.fixture(scope="session")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("api")
    story = tell_story(folder)
    kept = folder / "kept.db"
    shutil.copy(folder / "glane.db", kept)
    yield Door(story, kept)
    story.database.close()


@pytest.fixture
def door(evening: Door) -> Door:
    """The application as it was at the end of the story."""
    evening.reset()
    return evening
