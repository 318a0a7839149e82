"""A world's orders are the bodies of the calls that start a charging session."""

import httpx2
import pytest

from app.client import ControlClient
from app.client.vendors import orders_of
from app.testing import SandboxWorld
from tests.conftest import on_sqlite


@on_sqlite
@pytest.mark.parametrize("scenario", ["village", "empty", "documented"])
def test_orders_start_sessions(client: ControlClient, scenario: str) -> None:
    """Charge and Cariqa start a session when they get the order as it is."""
    made = client.create_world(scenario=scenario, speed=0)
    with SandboxWorld(made.client, made.answer) as world:
        user = world.credentials["cariqa"]["user_id"]
        started = (
            world.charge.post("/charging_sessions", json=world.orders["charge"]),
            world.cariqa.post(f"/users/{user}/charging/start/", json=world.orders["cariqa"]),
        )

    assert [each.status_code for each in started] == [httpx2.codes.OK, httpx2.codes.CREATED], [
        each.text for each in started
    ]


def test_order_leaves_unknown_ids_out() -> None:
    """A scenario of one's own may have no sample, or only a part of it."""
    assert orders_of({"charge": {"driver": "drv_1", "fleet": "flt_1", "vehicle": None}}) == {
        "charge": {"driver": "drv_1"},
        "cariqa": {},
    }
