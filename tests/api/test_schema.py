"""Whatever a machine sends to the API, it is answered: never a failure of ours, in the announced form, with words.

Requests are made from the OpenAPI document, by every role in turn. Half of them are brought down to earth first (keys
that exist, times near now), since a random key only ever shows that it is unknown.
"""

import json
import zlib
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.settings import Settings
from service.app import create_app
from service.database.engine import Database
from tests.api.story import ALL_ROLES, Door, moment_of

pytestmark = pytest.mark.slow
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
EXAMPLES = 5
DOCUMENT = create_app(
    Settings(_env_file=None, environment="test"),  # type: ignore[call-arg]  # pydantic-settings takes it at run time
    Database("sqlite://"),
).openapi()
schema = schemathesis.openapi.from_dict(DOCUMENT)


def grounded(value: Any, name: str = "") -> Any:
    """The same value with keys that exist, moments near now and weights that a shop has."""
    if isinstance(value, dict):
        return {key: grounded(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [grounded(item, name) for item in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value > 0:
        return 1 + value % 20_000 if "grams" in name else 1 + value % 4
    if (isinstance(value, str) and name.endswith(("_at", "start", "end"))) or name == "at":
        return moment_of(zlib.crc32(str(value).encode())).isoformat()
    if isinstance(value, str) and (name in ("date", "day") or name.endswith(("_day", "_on"))):
        return (moment_of(zlib.crc32(value.encode())) + timedelta(days=1)).date().isoformat()
    return value


def seed_of(case: schemathesis.Case) -> int:
    said = repr((case.path_parameters, case.query, case.headers, case.body))
    return zlib.crc32(said.encode("utf-8", "surrogatepass"))


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_announced(case: schemathesis.Case, door: Door) -> None:
    """No failure, a documented status and content type, the announced shape; refusals are problems with words."""
    seed = seed_of(case)
    if seed & 1:
        case.path_parameters = grounded(case.path_parameters)
        if isinstance(case.body, dict):
            case.body = grounded(case.body)
    roles = [*door.story.tokens]
    role = ALL_ROLES if seed & 2 else roles[(seed >> 2) % len(roles)]
    headers = {"Authorization": f"Bearer {door.story.tokens[role]}"}
    response = case.call(app=door, headers=headers)
    case.validate_response(response, checks=CHECKS)
    if response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"]
        problem = json.loads(response.content or b"{}")
        assert problem["status"] == response.status_code
        assert len(problem["detail"]) > 10
        assert problem["code"]
