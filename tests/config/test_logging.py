"""What the logs keep of a failure: where it happened, never what somebody typed."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config.logging import set_up_logging
from config.settings import Settings


@pytest.fixture
def _logs_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def fail(form: str) -> None:
    set_up_logging(Settings(_env_file=None, log_format=form, secret_key="k" * 40))  # type: ignore[call-arg, arg-type]
    password = "what somebody typed".replace(" ", "-")
    try:
        raise LookupError(len(password))
    except LookupError as error:
        structlog.get_logger("test").error("request failed", exc_info=error)


@pytest.mark.usefixtures("_logs_as_before")
def test_a_failure_in_production_keeps_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    """One JSON line says which function failed."""
    fail("json")
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "request failed"
    assert "in fail" in line["exception"]


@pytest.mark.parametrize("form", ["json", "human"])
@pytest.mark.usefixtures("_logs_as_before")
def test_a_failure_shows_no_values(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The values of local variables, a password among them, are not written."""
    fail(form)
    said = capsys.readouterr().err
    assert "LookupError" in said
    assert "what-somebody-typed" not in said
