"""A device with `deleted_at` is shown on demand only (PODERO-054)."""

import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.device_calls import ID, call, get, put, user_path
from tests.vendors.podero.vehicles import bearer, keys

pytestmark = pytest.mark.own_server

ALL = {"from_": "2026-01-01", "to": "2026-12-31"}
GONE = {"deleted_at": "2026-04-01T01:00:00Z"}


@pytest.mark.parametrize("kind", ["heat-pumps", "inverters", "wallboxes"])
def test_podero_054_deleted_device_is_shown_on_demand(sandbox: Sandbox, kind: str) -> None:
    """It is neither listed nor retrieved, unless `include_deleted` is true."""
    put(sandbox, f"{kind}/{ID}", GONE)

    assert get(sandbox, kind) == []
    assert call(sandbox, "GET", f"{kind}/{ID}").status_code == 404
    [listed] = get(sandbox, kind, include_deleted="true")
    assert get(sandbox, f"{kind}/{ID}", include_deleted="true") == {**listed, "actions": []}
    assert listed["deleted_at"] == "2026-04-01T01:00:00Z"


@pytest.mark.parametrize("kind", ["heat-pumps", "inverters", "wallboxes"])
def test_podero_054_deleted_device_is_restored(sandbox: Sandbox, kind: str) -> None:
    """`deleted_at: null` brings it back."""
    put(sandbox, f"{kind}/{ID}", GONE)
    put(sandbox, f"{kind}/{ID}", {"deleted_at": None})

    assert [each["id"] for each in get(sandbox, kind)] == [ID]


@pytest.mark.parametrize(
    ("path", "query"), [("sessions", ALL), ("sessions/current", {}), ("charge-policy", {}), ("savings", ALL)]
)
def test_deleted_vehicle_takes_along_what_belongs_to_it(sandbox: Sandbox, path: str, query: dict[str, str]) -> None:
    """What belongs to the vehicle is 404 as the vehicle itself, and there again once it is restored."""
    below = f"electric-vehicles/{ID}/{path}"
    before = get(sandbox, below, **query)
    put(sandbox, f"electric-vehicles/{ID}", GONE)
    deleted = call(sandbox, "GET", below, **query)
    put(sandbox, f"electric-vehicles/{ID}", {"deleted_at": None})

    assert deleted.status_code == 404
    assert deleted.json() == {"detail": "Not Found"}
    assert get(sandbox, below, **query) == before


def test_sessions_of_a_removed_user_are_not_found(sandbox: Sandbox) -> None:
    """A removed user has no vehicle, so that the list of its sessions is 404."""
    sessions = f"electric-vehicles/{ID}/sessions"
    found = call(sandbox, "GET", sessions, **ALL)
    sandbox.client.request("DELETE", user_path(sandbox), headers=bearer(keys(sandbox, "documented")["token"]))

    assert found.status_code == 200
    assert call(sandbox, "GET", sessions, **ALL).status_code == 404
