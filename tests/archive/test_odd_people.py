"""A file with odd users, or odd documents of theirs, is refused, or fails none of Podero's answers."""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.people import (
    API,
    ORG,
    USER,
    call,
    good,
    lose_link,
    onboarding,
    path_of,
    vehicle_path,
)

_WORLDS: Final = "/_sandbox/v1/worlds"
_ODD: Final[list[Any]] = [None, "x", 1e300, True, [{"a": 1}], "javascript:alert(1)"]
_KINDS: Final = ("building", "energy_contract", "energy_rates", "onboarding_session", "cue", "electric_vehicle")
_PRICES: Final = [{"price": price, "timestamp": f"2026-03-0{day}T00:00:00Z"} for day, price in ((1, 0.2), (2, 0.3))]
_SMALL: Final = "small"
"""A world of little more than the user and the car."""


def _whole(sandbox: Sandbox) -> dict[str, Any]:
    """The export of a world with an object of each kind."""
    sandbox.client.post(_WORLDS, json={"name": _SMALL, "scenario": "empty"})
    body = {"name": "A"}
    building = good(sandbox, "POST", f"{USER}/buildings", world=_SMALL, json=body)["id"]
    contract = {"energy_prices": _PRICES, "currency_energy_price": "EUR", "building_id": building}
    good(sandbox, "POST", f"{USER}/energy-contracts", world=_SMALL, json=contract)
    onboarding(sandbox, _SMALL)
    lose_link(sandbox, sandbox.world(_SMALL)["credentials"]["podero"]["electric_vehicle_id"], _SMALL)
    [action] = good(sandbox, "GET", vehicle_path(sandbox, world=_SMALL), world=_SMALL)["actions"]
    urls = {"successUrl": "https://portal.example/ok", "cancelUrl": "https://portal.example/no"}
    assert sandbox.client.post(path_of(action["resolution_link"]["url"]), json=urls).status_code == 200
    file: dict[str, Any] = sandbox.client.get(f"{_WORLDS}/{_SMALL}/export").json()
    return file


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*_KINDS, "users"])
def test_odd_members_fail_no_answer(sandbox: Sandbox, kind: str) -> None:
    """Each member of each kind has each odd value in turn, or is left out."""
    file = json.dumps(_whole(sandbox))
    whole = json.loads(file)
    rows = [row for row in whole["documents"] if row["kind"] == kind] if kind != "users" else _members(whole)
    member = "details" if kind == "users" else "body"
    assert rows
    for name in sorted({name for row in rows for name in row[member]} | {"country", "price_zone", "energy_prices"}):
        for odd in (*_ODD, ...):
            for row in rows:
                row[member].pop(name, None) if odd is ... else row[member].update({name: odd})
            taken = sandbox.client.post(f"{_WORLDS}/import", params={"name": "odd"}, json=whole)
            if taken.status_code == 201:
                faults = [(name, odd, *each) for each in _failing(sandbox, whole)]
                assert faults == []
                sandbox.client.delete(f"{_WORLDS}/odd")
            else:
                assert taken.status_code == 400, taken.text
            whole = json.loads(file)
            rows = [row for row in whole["documents"] if row["kind"] == kind] if kind != "users" else _members(whole)


def _members(file: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for row in file["users"] if row["org"] is not None]


def _failing(sandbox: Sandbox, file: dict[str, Any]) -> Iterator[tuple[str, int, str]]:
    """The answers that are failures of the server."""
    session = next(row for row in file["documents"] if row["kind"] == "onboarding_session")
    building = next(row for row in file["documents"] if row["kind"] == "building")
    contract = next(row for row in file["documents"] if row["kind"] == "energy_contract")
    keys = sandbox.world("odd")["credentials"]["podero"]
    user = f"{API}/org/{keys['org_id']}/users/{keys['user_id']}"
    vehicle = f"{user}/electric-vehicles/{keys['electric_vehicle_id']}"
    asked: list[tuple[str, str, Any]] = [
        ("GET", f"{API}/org/{keys['org_id']}/users", None),
        ("GET", user, None),
        ("GET", f"{user}/buildings/{building['id']}", None),
        ("GET", f"{user}/energy-contracts", None),
        ("PUT", f"{user}/energy-contracts/{contract['id']}", {"supplier": "A"}),
        ("PUT", f"{user}/energy-contracts/{contract['id']}", {"energy_prices": [{"price": 0.1}]}),
        ("GET", vehicle, None),
        ("GET", f"{user}/electric-vehicles", None),
        ("GET", f"{API}/device-onboarding/{session['id']}", None),
        ("PUT", user, {"first_name": "A"}),
    ]
    for method, path, body in asked:
        answer = call(sandbox, method, path, world="odd", json=body)
        if answer.status_code not in {200, 404}:
            yield path, answer.status_code, answer.text
    shown = call(sandbox, "GET", f"{API}/device-onboarding/{session['id']}", world="odd")
    page = sandbox.client.get(path_of(shown.json()["authentication_url"]))
    if page.status_code not in {200, 404, 410} or 'href="javascript' in page.text:
        yield "page", page.status_code, page.text


def test_file_with_an_address_of_another_scheme_is_refused(sandbox: Sandbox) -> None:
    """A page would run it: neither an onboarding session nor a cue is imported with one."""
    whole = _whole(sandbox)
    for kind in ("onboarding_session", "cue"):
        file = json.loads(json.dumps(whole))
        for row in file["documents"]:
            if row["kind"] == kind:
                row["body"]["cancel_url"] = "javascript:alert(1)"
        refused = sandbox.client.post(f"{_WORLDS}/import", params={"name": "odd"}, json=file)

        assert refused.status_code == 400
        assert "cancel_url" in refused.json()["detail"]
    assert good(sandbox, "GET", f"{ORG}/users")
