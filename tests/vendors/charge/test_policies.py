"""Policies are created, listed by status, changed rule by rule, and deleted for good."""

from typing import Any, Final

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import every, ids, page, pages, rows
from tests.vendors.charge.refusals import refusal

POLICIES: Final = "/v1/policies"
ZONE: Final = {"center": {"latitude": 48.8698, "longitude": 2.3319}, "name": "Zone", "radius_meters": 1500}
WINDOW: Final = {"days_of_week": ["monday", "friday"], "end_time": "18:00", "start_time": "09:00"}
RULES: Final[dict[str, Any]] = {
    "allowed_operators": ["example_operator"],
    "denied_operators": ["another"],
    "geofences": [ZONE],
    "max_price_per_kwh": 25.5,
    "time_windows": [WINDOW],
}
NO_RULES: Final[dict[str, Any]] = {
    "allowed_operators": [],
    "denied_operators": [],
    "geofences": [],
    "max_price_per_kwh": None,
    "time_windows": [],
}


def send(sandbox: Sandbox, path: str = POLICIES, /, **body: object) -> httpx2.Response:
    return sandbox.client.post(path, json=body, headers=sandbox.charge_key())


def create(sandbox: Sandbox, **changed: object) -> dict[str, Any]:
    answer = send(sandbox, **{"mode": "enforcement", "name": "Example", "rules": RULES} | changed)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def delete(sandbox: Sandbox, policy: str) -> httpx2.Response:
    return sandbox.client.delete(f"{POLICIES}/{policy}", headers=sandbox.charge_key())


def test_created_policy_is_retrieved_and_listed(sandbox: Sandbox) -> None:
    """The answer to the create, the policy itself and its row in the list are equal."""
    made = create(sandbox, description="For the fleet", metadata={"team": "north"}, status="inactive")

    assert made == {
        "id": made["id"],
        "object": "policy",
        "created": sandbox.now(),
        "description": "For the fleet",
        "metadata": {"team": "north"},
        "mode": "enforcement",
        "name": "Example",
        "rules": RULES,
        "status": "inactive",
    }
    assert list(made) == ["id", "object", *sorted(list(made)[2:])]
    assert page(sandbox, f"{POLICIES}/{made['id']}") == made
    assert every(sandbox, POLICIES) == [made]


def test_every_rule_is_shown(sandbox: Sandbox) -> None:
    """A policy shows all five rules; those that were not sent are empty, and it is active unless it says otherwise.

    See CHARGE-085.
    """
    made = create(sandbox, rules={"max_price_per_kwh": 25})

    assert made["rules"] == NO_RULES | {"max_price_per_kwh": 25}
    assert (made["status"], made["description"], made["metadata"]) == ("active", None, {})


def test_policies_are_listed_by_status(sandbox: Sandbox) -> None:
    """The filter gives the policies that have the status now, newest first, in pages that lead both ways."""
    made = [create(sandbox, status=("active", "inactive")[n % 3 == 0])["id"] for n in range(8)][::-1]
    send(sandbox, f"{POLICIES}/{made[0]}", status="inactive")
    active = [each for n, each in enumerate(made[::-1]) if n % 3 and each != made[0]][::-1]
    forth = pages(sandbox, f"{POLICIES}?status=active&limit=2")
    back = pages(sandbox, forth[-1]["previous_page_url"], "previous_page_url")

    assert ids(every(sandbox, POLICIES)) == made
    assert ids(rows(forth)) == active
    assert ids(rows([*back[::-1], forth[-1]])) == active
    assert refusal(sandbox.charge(POLICIES, status="deleted")) == (400, None, "status")


def test_update_keeps_what_is_not_sent(sandbox: Sandbox) -> None:
    """Members and rules that are not sent stay; an empty list, and null for the price, remove a rule (CHARGE-085)."""
    made = create(sandbox, metadata={"team": "north"})
    path = f"{POLICIES}/{made['id']}"

    assert send(sandbox, path).json() == made
    renamed = send(sandbox, path, name="New", mode="suggestion", description="Text", metadata={"a": "b"}).json()
    assert renamed == made | {
        "name": "New",
        "mode": "suggestion",
        "description": "Text",
        "metadata": {"team": "north", "a": "b"},
    }
    ruled = send(sandbox, path, rules={"geofences": [], "max_price_per_kwh": None}).json()
    assert ruled == renamed | {"rules": RULES | {"geofences": [], "max_price_per_kwh": None}}
    assert send(sandbox, path, description=None).json() == ruled | {"description": None}


def test_deleted_policy_is_gone(sandbox: Sandbox) -> None:
    """A deleted policy is not found, listed, changed or deleted again (CHARGE-084)."""
    policy = create(sandbox)["id"]
    gone = (404, "policy_not_found", "policy")

    assert delete(sandbox, policy).json() == {"id": policy, "object": "policy", "deleted": True}
    assert refusal(sandbox.charge(f"{POLICIES}/{policy}")) == gone
    assert refusal(send(sandbox, f"{POLICIES}/{policy}", name="New")) == gone
    assert refusal(delete(sandbox, policy)) == gone
    assert every(sandbox, POLICIES) == []


def test_policies_of_other_worlds_are_unknown(sandbox: Sandbox) -> None:
    """A policy of one world is not found, changed or deleted in another."""
    foreign = page(sandbox, f"{POLICIES}?limit=1", world="documented")["data"][0]
    gone = (404, "policy_not_found", "policy")

    assert refusal(sandbox.charge(f"{POLICIES}/{foreign['id']}")) == gone
    assert refusal(send(sandbox, f"{POLICIES}/{foreign['id']}", name="New")) == gone
    assert refusal(delete(sandbox, foreign["id"])) == gone
    assert page(sandbox, f"{POLICIES}/{foreign['id']}", world="documented") == foreign


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"mode": None}, "mode"),
        ({"mode": "strict"}, "mode"),
        ({"name": ""}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": 7}, "name"),
        ({"status": "deleted"}, "status"),
        ({"description": ""}, "description"),
        ({"metadata": {"a": 1}}, "metadata"),
        ({"colour": "red"}, "colour"),
        ({"rules": None}, "rules"),
        ({"rules": {"colour": "red"}}, "rules.colour"),
        ({"rules": {"allowed_operators": None}}, "rules.allowed_operators"),
        ({"rules": {"allowed_operators": ["a", "a"]}}, "rules.allowed_operators"),
        ({"rules": {"denied_operators": [""]}}, "rules.denied_operators.0"),
        ({"rules": {"denied_operators": [str(n) for n in range(101)]}}, "rules.denied_operators"),
        ({"rules": {"max_price_per_kwh": -1}}, "rules.max_price_per_kwh"),
        ({"rules": {"max_price_per_kwh": "25"}}, "rules.max_price_per_kwh"),
        ({"rules": {"max_price_per_kwh": True}}, "rules.max_price_per_kwh"),
        ({"rules": {"geofences": [ZONE | {"radius_meters": 0}]}}, "rules.geofences.0.radius_meters"),
        (
            {"rules": {"geofences": [ZONE | {"center": {"latitude": 91, "longitude": 0}}]}},
            "rules.geofences.0.center.latitude",
        ),
        ({"rules": {"geofences": [{"name": "Zone"}]}}, "rules.geofences.0.center"),
        ({"rules": {"time_windows": [WINDOW | {"days_of_week": []}]}}, "rules.time_windows.0.days_of_week"),
        ({"rules": {"time_windows": [WINDOW | {"days_of_week": ["mon"]}]}}, "rules.time_windows.0.days_of_week.0"),
        ({"rules": {"time_windows": [WINDOW | {"start_time": "9:00"}]}}, "rules.time_windows.0.start_time"),
        ({"rules": {"time_windows": [WINDOW | {"end_time": "24:00"}]}}, "rules.time_windows.0.end_time"),
    ],
)
def test_malformed_policies_are_refused(sandbox: Sandbox, body: dict[str, Any], param: str) -> None:
    """The member that is wrong is named, in a create and in an update, and nothing is saved (CHARGE-086)."""
    made = create(sandbox)
    complete = {"mode": "enforcement", "name": "Example", "rules": {}}

    assert refusal(send(sandbox, **complete | body)) == (400, None, param)
    assert refusal(send(sandbox, f"{POLICIES}/{made['id']}", **body)) == (400, None, param)
    assert every(sandbox, POLICIES) == [made]


@pytest.mark.parametrize("missing", ["mode", "name", "rules"])
def test_mode_name_and_rules_are_required(untouched: Sandbox, missing: str) -> None:
    """A create without one of the three is refused (CHARGE-086)."""
    body = {name: value for name, value in {"mode": "enforcement", "name": "a", "rules": {}}.items() if name != missing}

    assert refusal(send(untouched, **body)) == (400, None, missing)
