"""A device with `deleted_at` is shown on demand only (PODERO-711)."""

import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.device_calls import ID, call, get, put

GONE = {"deleted_at": "2026-04-01T01:00:00Z"}


@pytest.mark.parametrize("kind", ["heat-pumps", "inverters", "wallboxes"])
def test_podero_711_deleted_device_is_shown_on_demand(sandbox: Sandbox, kind: str) -> None:
    """It is neither listed nor retrieved, unless `include_deleted` is true."""
    put(sandbox, f"{kind}/{ID}", GONE)

    assert get(sandbox, kind) == []
    assert call(sandbox, "GET", f"{kind}/{ID}").status_code == 404
    [listed] = get(sandbox, kind, include_deleted="true")
    assert get(sandbox, f"{kind}/{ID}", include_deleted="true") == {**listed, "actions": []}
    assert listed["deleted_at"] == "2026-04-01T01:00:00Z"


@pytest.mark.parametrize("kind", ["heat-pumps", "inverters", "wallboxes"])
def test_podero_711_deleted_device_is_restored(sandbox: Sandbox, kind: str) -> None:
    """`deleted_at: null` brings it back."""
    put(sandbox, f"{kind}/{ID}", GONE)
    put(sandbox, f"{kind}/{ID}", {"deleted_at": None})

    assert [each["id"] for each in get(sandbox, kind)] == [ID]
