"""A vehicle that was deleted has no sessions and no savings any more, nor has one whose user was deleted."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.garage import Garage

DAYS: Final = {"from": "2026-01-01", "to": "2026-12-31"}
SAVINGS: Final = {"from": "2026-01-01T00:00:00Z", "to": "2026-12-31T00:00:00Z", "resolution": "1MONTH"}
PARTS: Final[dict[str, dict[str, Any]]] = {"sessions": DAYS, "sessions/current": {}, "savings": SAVINGS}


@pytest.mark.parametrize("part", PARTS)
def test_podero_711_a_deleted_vehicle_has_no_sessions(sandbox: Sandbox, part: str) -> None:
    """Each of its parts is not found once `deleted_at` is written, and found again once that is null."""
    garage = Garage(sandbox)

    assert _status(garage, part) == 200
    garage.call("PUT", garage.car, json={"deleted_at": "2026-04-01T01:00:00Z"})
    assert _status(garage, part) == 404
    garage.call("PUT", garage.car, json={"deleted_at": None})
    assert _status(garage, part) == 200


@pytest.mark.parametrize("part", PARTS)
def test_the_vehicle_of_a_deleted_user_has_no_sessions(sandbox: Sandbox, part: str) -> None:
    """Each part of the vehicle is not found once its user is deleted."""
    garage = Garage(sandbox)
    garage.call("DELETE", garage.path.removesuffix("/electric-vehicles"))

    assert _status(garage, part) == 404


def _status(garage: Garage, part: str) -> int:
    return garage.ask("GET", f"{garage.car}/{part}", params=PARTS[part]).status_code
