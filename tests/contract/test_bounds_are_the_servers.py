"""A value is allowed by the contract exactly if the server takes it: the bounds that no answer shows."""

from copy import deepcopy
from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.contract.test_examples_are_answered import filled_in
from tests.contract.written import Operation, operations, resolved, schema_faults

_PARAMETERS: Final[dict[tuple[str, str], dict[Any, bool]]] = {
    ("charge-listChargingSessions", "limit"): {0: False, 1: True, 100: True, 101: False},
    ("charge-listChargingSessions", "status"): {"active": True, "expired": False},
    ("charge-listReservations", "status"): {"expired": True, "settled": False},
    ("charge-listChargingSessions", "X-Sandbox-At"): {"2026-04-01T01:53:58Z": True, "2026-04-01": False},
    ("cariqa-listChargingSessions", "X-Sandbox-At"): {
        "2026-04-01t01:53:58.4+02:00": True,
        "2026-13-01T00:00:00Z": False,
    },
    ("cariqa-listChargingSessions", "page"): {0: False, 1: True},
    ("cariqa-listChargingSessions", "page_size"): {-1: True, 0: True, 1: True, 1000: True},
    ("sandbox-listWorlds", "prefix"): {"a": True, "a-": True, "a" * 63: True, "a" * 64: False, "A": False},
    ("sandbox-deleteWorlds", "prefix"): {"a": True, "a-": True, "-": False, "a_": False, "%": False},
    ("podero-listElectricVehicleSessions", "limit"): {0: False, 1: True, 200: True, 201: False},
    ("podero-listElectricVehicleSessions", "offset"): {-1: False, 0: True},
    ("podero-listElectricVehicleSessions", "X-Sandbox-At"): {
        "2026-04-01T25:00Z": False,
        "1999-12-31T00:00:00Z": True,
    },
}
_STARTS: Final = {
    "now": True,
    "2026-03-04T12:00:00Z": True,
    "2026-03-04t12:00:00.123456789+01:00": True,
    "later": False,
    "": False,
    "2026-03-04": False,
    "2026-13-04T12:00:00Z": False,
}
_BY_NAME: Final = {str(operation): operation for operation in operations()}


@pytest.mark.parametrize(
    ("operation", "name", "value", "is_taken"),
    [(*key, value, taken) for key, values in _PARAMETERS.items() for value, taken in values.items()],
)
def test_parameters_are_taken_as_written(
    sandbox: Sandbox, operation: str, name: str, value: object, *, is_taken: bool
) -> None:
    """The schema of a parameter allows a value that the server takes, and no value that it refuses."""
    written = _BY_NAME[operation]
    request = filled_in(written, **{name: value})
    answer = sandbox.client.request(written.method, **request)

    assert answer.is_success is is_taken
    assert (schema_faults(written.contract, _schema(written, name), value) == []) is is_taken


@pytest.mark.parametrize(("start", "is_taken"), _STARTS.items())
def test_starts_of_exported_worlds_are_taken_as_written(sandbox: Sandbox, start: str, *, is_taken: bool) -> None:
    """The start of an imported world is `now` or an instant."""
    written = _BY_NAME["sandbox-importWorld"]
    content = written.written["requestBody"]["content"]["application/json"]
    export = deepcopy(content["examples"]["charging"]["value"])
    export["world"]["start"] = start
    answer = sandbox.client.post(written.path, json=export)

    assert answer.is_success is is_taken
    assert (schema_faults("sandbox", content["schema"], export) == []) is is_taken


def _schema(operation: Operation, name: str) -> dict[str, Any]:
    """The schema of one parameter."""
    named = (resolved(operation.contract, it) for it in operation.written["parameters"])
    schema: dict[str, Any] = next(it["schema"] for it in named if it["name"] == name)
    return schema
