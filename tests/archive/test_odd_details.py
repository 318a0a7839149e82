"""A file with details and documents that make no sense to a vendor is refused, or fails none of its answers."""

import json
from typing import Any, Final

import pytest

from tests.conftest import Sandbox

pytestmark = pytest.mark.one_database

WORLDS: Final = "/_sandbox/v1/worlds"
ODD: Final[list[Any]] = [None, "x", -1, 2.5, True, [], ["a"], {}, {"a": 1}, [{"a": 1}]]
KINDS: Final = ("fleets", "drivers", "stations", "vehicles", "payment_methods", "reservations", "documents")
LISTS: Final = (
    *("fleets", "drivers", "charging_stations", "vehicles", "payment_methods", "reservations", "transactions"),
    *("policies", "invoices", "reports", "webhook_endpoints", "charging_sessions"),
)
INSTANTS: Final = ("2026-04-01T01:53:58.446Z", "2026-05-02T00:50:00Z")


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("odd", [*ODD, ...], ids=lambda odd: "left out" if odd is ... else json.dumps(odd))
def test_odd_details_fail_no_answer(sandbox: Sandbox, odd: Any, kind: str) -> None:  # noqa: ANN401 - any JSON value
    """All members of a kind's objects have the odd value, or are left out: it is refused there, or lists are shown."""
    file = sandbox.client.get(f"{WORLDS}/documented/export").json()
    for row in file[kind]:
        member = "body" if kind == "documents" else "details"
        row[member] = {} if odd is ... else dict.fromkeys(row[member], odd)
    taken = sandbox.client.post(f"{WORLDS}/import", params={"name": "odd"}, json=file)
    if taken.status_code == 400:
        assert kind != "stations"
        assert f"{kind}." in taken.json()["detail"]
        return
    documents = {row["kind"]: row["id"] for row in file["documents"]}
    paths = [
        *(f"/v1/{name}?limit=100" for name in LISTS),
        f"/v1/accounts/{documents['account']}",
        f"/v1/estimations/{documents['estimation']}",
        f"/v1/vehicles/{file['vehicles'][0]['id']}/telemetry",
    ]

    assert taken.status_code == 201, taken.text
    for path in paths:
        for at in INSTANTS:
            answer = sandbox.client.get(path, headers=sandbox.charge_key("odd") | {"X-Sandbox-At": at})
            assert answer.status_code in {200, 404}, (path, answer.text)
