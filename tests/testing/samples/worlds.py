"""Tests as a user of the plugin writes them; `test_worlds.py` runs them."""

from datetime import UTC, datetime, timedelta

import pytest

from app.testing import SandboxWorld, TestServer, WorldFactory

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_the_clock_stands_still(wattif: SandboxWorld) -> None:
    assert wattif.scenario == "village"
    assert wattif.clock.speed == 0
    assert wattif.clock.now == wattif.clock.now


def test_each_vendor_has_a_client(wattif: SandboxWorld) -> None:
    podero = wattif.credentials["podero"]
    sessions = (
        f"org/{podero['org_id']}/users/{podero['user_id']}/electric-vehicles/{podero['electric_vehicle_id']}/sessions"
    )
    days = dict(wattif.sample["podero"])
    answers = [
        wattif.charge.get("/charging_sessions", params={"limit": 1}),
        wattif.cariqa.get(f"/users/{wattif.credentials['cariqa']['user_id']}/charging-sessions/"),
        wattif.podero.get(sessions, params={name: str(day) for name, day in days.items()}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert {answer.headers["X-Sandbox-World"] for answer in answers} == {wattif.name}


def test_a_session_settles(wattif: SandboxWorld) -> None:
    ids = wattif.sample["charge"]
    order = {name: ids[name] for name in ("charging_station", "connector", "driver", "vehicle", "payment_method")}
    started = wattif.charge.post("/charging_sessions", json=order).json()

    wattif.advance(until=(started["id"], "settled"))

    assert wattif.charge.get(f"/charging_sessions/{started['id']}").json()["status"] == "completed"


@pytest.mark.wattif(scenario="empty", seed=7, start=START, speed=60)
def test_the_marker_chooses(wattif: SandboxWorld) -> None:
    assert (wattif.scenario, wattif.seed, wattif.clock.speed) == ("empty", 7, 60)
    assert START <= wattif.clock.now < START + timedelta(hours=2)


@pytest.mark.wattif(scenario="empty")
class TestMarkers:
    @pytest.mark.wattif(seed=8)
    def test_markers_add_up(self, wattif: SandboxWorld) -> None:
        assert (wattif.scenario, wattif.seed) == ("empty", 8)


@pytest.mark.wattif(scenery="empty")
def test_a_wrong_marker_is_an_error(wattif: SandboxWorld) -> None:
    assert wattif.name


def test_a_view_shows_another_instant(wattif: SandboxWorld) -> None:
    then = wattif.clock.now - timedelta(days=1)
    answer = wattif.at(then).charge.get("/charging_sessions", params={"limit": 1})

    assert answer.headers["X-Sandbox-Now"] == then.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert wattif.at(then).charge is wattif.at(then).charge


def test_a_factory_makes_several(wattif_worlds: WorldFactory) -> None:
    one, other = wattif_worlds(scenario="empty", seed=1), wattif_worlds(scenario="empty", seed=1)

    assert one.name != other.name
    assert one.credentials != other.credentials


def test_a_fork_has_clients(wattif: SandboxWorld) -> None:
    fork = wattif.fork()
    fork.advance(by="PT1H")

    assert fork.charge.get("/charging_sessions").headers["X-Sandbox-World"] == fork.name
    assert fork.clock.now == wattif.clock.now + timedelta(hours=1)


def test_a_test_may_delete_its_world(wattif: SandboxWorld) -> None:
    wattif.delete()


def test_variables_open_the_world(wattif: SandboxWorld) -> None:
    assert wattif.env["CHARGE_URL"] == wattif.urls["charge"]
    assert wattif.env["CHARGE_SECRET_KEY"] == wattif.credentials["charge"]["secret_key"]
    assert wattif.env["BILLING_KEY"] == wattif.credentials["charge"]["secret_key"]
    assert wattif.env["WATTIF_WORLD"] == wattif.name


def test_the_server_has_a_client(wattif_server: TestServer, wattif: SandboxWorld) -> None:
    assert wattif.name in [world.name for world in wattif_server.client.worlds()]
    assert wattif.url == wattif_server.url
