"""The call of Podero's documentation works with its placeholders, and the answer has the documented keys."""

from typing import Any, Final

from tests.conftest import Sandbox
from tests.vendors.podero.vehicles import every

UUID: Final = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
LINE: Final = f"/api/partners/v2.0/org/{UUID}/users/{UUID}/electric-vehicles/{UUID}/sessions"
TOKEN: Final = {"Authorization": "Bearer <token>"}
DAYS: Final = {"from": "2026-03-01", "to": "2026-04-01"}
PRINTED: Final[dict[str, Any]] = {
    "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
    "plug_in_time": "2023-11-07T05:31:56Z",
    "unplug_time": "2023-11-07T05:31:56Z",
    "inferred_session_end": "2023-11-07T05:31:56Z",
    "desired_charging_start_time": "2023-11-07T05:31:56Z",
    "desired_charging_end_time": "2023-11-07T05:31:56Z",
    "charge_deadline": "2023-11-07T05:31:56Z",
    "target_soc_pct": 123,
    "initial_soc_pct": 123,
    "final_soc_pct": 123,
    "energy_charged_kwh": 123,
    "avg_charge_power_kw": 123,
    "peak_charge_power_kw": 123,
    "actual_cost_eur": 123,
    "expected_savings_eur": 123,
    "actual_savings_eur": 123,
    "is_at_home": True,
    "session_outcome": "not_at_home",
}


def test_the_documented_call_is_answered(sandbox: Sandbox) -> None:
    """With the documented ids and token, and with days added, it gives a page of sessions."""
    answer = sandbox.client.get(LINE, params=DAYS, headers=TOKEN)
    body = answer.json()

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert list(body) == ["total", "items"]
    assert body["total"] == len(body["items"]) == 2


def test_the_documented_call_without_days_is_refused(sandbox: Sandbox) -> None:
    """The printed call lacks parameters that its own page calls required: 422 names them."""
    answer = sandbox.client.get(LINE, headers=TOKEN)

    assert answer.status_code == 422
    assert answer.json() == {
        "detail": [
            {"type": "missing", "loc": ["query", "from"], "msg": "Field required"},
            {"type": "missing", "loc": ["query", "to"], "msg": "Field required"},
        ]
    }


def test_a_session_has_every_documented_key_and_type(sandbox: Sandbox) -> None:
    """A session of the world `documented` has the documented id, and every documented key in its order and type."""
    item = next(found for found in every(sandbox, world="documented") if found["id"] == UUID)

    assert list(PRINTED) == list(item)
    assert _kinds(PRINTED) == _kinds(item)
    assert item["session_outcome"] == PRINTED["session_outcome"]


def test_every_session_has_every_documented_key(sandbox: Sandbox) -> None:
    """A value may be null, but no key is missing, and no number is a string."""
    allowed = _kinds(PRINTED)

    for item in [*every(sandbox), *every(sandbox, world="documented")]:
        kinds = _kinds(item)
        assert list(PRINTED) == list(item)
        assert {name for name in kinds if kinds[name] != allowed[name]} <= {"unplug_time", "session_outcome"}


def test_the_documented_car_charges_at_home_and_away(sandbox: Sandbox) -> None:
    """The documented vehicle has one session at home and one away."""
    assert [item["is_at_home"] for item in every(sandbox, world="documented")] == [False, True]


def test_answers_name_the_documented_world_and_instant(sandbox: Sandbox) -> None:
    """The answer has the headers with the world's name and the instant of its frozen clock."""
    answer = sandbox.client.get(LINE, params=DAYS, headers=TOKEN)

    assert answer.headers["x-sandbox-world"] == "documented"
    assert answer.headers["x-sandbox-now"] == "2026-04-01T01:53:58.446Z"


def _kinds(item: dict[str, Any]) -> dict[str, str]:
    """The JSON type of every value: there is one kind of number."""
    names = {"int": "number", "float": "number"}
    return {name: names.get(type(value).__name__, type(value).__name__) for name, value in item.items()}
