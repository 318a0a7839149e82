"""For each operation on users of an organisation and what is theirs, calls that bring about every answer.

The good one comes first. Answers of a full world are not among them: the test brings those about for all.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.contract.control_calls import JSON, LATE, TOO_LARGE, WORLDS, Answers
from tests.vendors.podero.people import API, ORG, URLS, USER, call, lose_link, path_of, vehicle_path

_STRANGER: Final = "00000000-0000-4000-8000-000000000001"
_INSTANTS: Final = (None, "2026-02-25T10:30:00+01:00", "2026-03-06T19:00:00Z")
_NEW: Final = {"role": "user", "email": "new@user.example"}
_BUILDING: Final = {"name": "Main House", "property_type": "Flat", "photovoltaic": True, "country_iso2": "DE"}
_PRICES: Final = [{"price": 0.2, "timestamp": "2026-03-01T00:00:00+01:00"}, {"price": -0.1, "timestamp": "2026-04-01"}]
_CONTRACT: Final = {"energy_contract_type": "monthly", "energy_prices": _PRICES, "currency_energy_price": "EUR"}
_URLS: Final = {"successUrl": "https://portal.example/ok", "cancelUrl": "https://portal.example/no"}


def list_users(sandbox: Sandbox) -> Answers:
    yield from _everywhere(sandbox, f"{ORG}/users")
    yield call(sandbox, "GET", f"{ORG}/users?include_deleted=true")
    yield from _refused_reads(sandbox, f"{ORG}/users?include_deleted=perhaps", f"{API}/org/{_STRANGER}/users")


def create_user(sandbox: Sandbox) -> Answers:
    yield call(sandbox, "POST", f"{ORG}/users", json=_NEW)
    whole = {"external_user_id": "12", "first_name": "A", "country_iso2": "DE", "latitude": 1, "zip_code": None}
    yield call(sandbox, "POST", f"{ORG}/users", json=_NEW | whole | {"email": "second@user.example", "role": "guest"})
    yield call(sandbox, "POST", f"{ORG}/users", json=_NEW)
    yield from _refused_writes(sandbox, "POST", f"{ORG}/users", f"{API}/org/{_STRANGER}/users", _NEW)


def get_user_by_external_id(sandbox: Sandbox) -> Answers:
    call(sandbox, "PUT", USER, json={"external_user_id": "12"})
    path = f"{ORG}/users/by-ext-id/12"
    yield call(sandbox, "GET", path)
    yield call(sandbox, "GET", f"{path}?include_deleted=true")
    yield from _refused_reads(sandbox, f"{path}?include_deleted=perhaps", f"{ORG}/users/by-ext-id/unknown")


def get_user(sandbox: Sandbox) -> Answers:
    yield from _everywhere(sandbox, USER)
    yield from _refused_reads(sandbox, f"{USER}?include_deleted=perhaps", f"{ORG}/users/{_STRANGER}")


def update_user(sandbox: Sandbox) -> Answers:
    other = call(sandbox, "POST", f"{ORG}/users", json=_NEW).json()
    for changed in ({}, {"role": "admin", "longitude": 1.5}, {"external_user_id": "12", "town": None}):
        yield call(sandbox, "PUT", USER, json=changed)
    yield call(sandbox, "PUT", f"{ORG}/users/{other['id']}", json={"external_user_id": "12"})
    yield from _refused_writes(sandbox, "PUT", USER, f"{ORG}/users/{_STRANGER}", {"role": None})


def delete_user(sandbox: Sandbox) -> Answers:
    yield call(sandbox, "DELETE", USER)
    yield call(sandbox, "DELETE", USER)
    yield call(sandbox, "DELETE", f"{ORG}/users/none")
    yield call(sandbox, "DELETE", USER, at="2026-03-04T12:00:00Z")
    yield _without_token(sandbox, "DELETE", USER)


def create_building(sandbox: Sandbox) -> Answers:
    path = f"{USER}/buildings"
    yield call(sandbox, "POST", path, json=_BUILDING)
    yield call(sandbox, "POST", path, json={"name": "A", "property_age": "1990-2000", "occupant_type": "family"})
    yield from _refused_writes(sandbox, "POST", path, f"{ORG}/users/{_STRANGER}/buildings", _BUILDING)


def get_building(sandbox: Sandbox) -> Answers:
    path = _made(sandbox, f"{USER}/buildings", _BUILDING)
    yield call(sandbox, "GET", path)
    yield call(sandbox, "GET", path, at="2026-03-06T19:00:00Z")
    yield from _refused_reads(sandbox, f"{USER}/buildings/none", f"{USER}/buildings/{_STRANGER}", path)


def update_building(sandbox: Sandbox) -> Answers:
    path = _made(sandbox, f"{USER}/buildings", _BUILDING)
    yield call(sandbox, "PUT", path, json={"name": "B", "num_occupants": 3, "town": "Berlin"})
    yield from _refused_writes(sandbox, "PUT", path, f"{USER}/buildings/{_STRANGER}", {"name": "B"})


def list_energy_contracts(sandbox: Sandbox) -> Answers:
    path = f"{USER}/energy-contracts"
    call(sandbox, "POST", path, json=_CONTRACT)
    yield from _everywhere(sandbox, path)
    yield from _refused_reads(sandbox, f"{ORG}/users/none/energy-contracts", path.replace("{user_id}", _STRANGER), path)


def create_energy_contract(sandbox: Sandbox) -> Answers:
    path = f"{USER}/energy-contracts"
    yield call(sandbox, "POST", path, json=_CONTRACT)
    yield call(sandbox, "POST", path, json={"energy_prices": [{"price": 0}], "supplier": None})
    yield from _refused_writes(sandbox, "POST", path, path.replace("{user_id}", _STRANGER), {"meter_id": "1" * 20})


def update_energy_contract(sandbox: Sandbox) -> Answers:
    path = _made(sandbox, f"{USER}/energy-contracts", _CONTRACT)
    yield call(sandbox, "PUT", path, json={"energy_prices": None, "supplier": "Good Energy Company"})
    yield call(sandbox, "PUT", path, json={"building_id": _STRANGER})
    refused = {"energy_contract_type": "Yearly"}
    yield from _refused_writes(sandbox, "PUT", path, f"{USER}/energy-contracts/{_STRANGER}", refused)


def create_onboarding_session(sandbox: Sandbox) -> Answers:
    path = f"{API}/device-onboarding"
    yield call(sandbox, "POST", path, json=_session(sandbox))
    yield call(sandbox, "POST", path, json=_session(sandbox) | {"device_type": "hp", "language": "fr"})
    yield call(sandbox, "POST", path, json=_session(sandbox) | {"user_id": _STRANGER})
    yield from _refused_writes(sandbox, "POST", path, path, _session(sandbox) | {"success_url": "ftp://portal.example"})


def get_onboarding_session(sandbox: Sandbox) -> Answers:
    made = call(sandbox, "POST", f"{API}/device-onboarding", json=_session(sandbox)).json()
    path = f"{API}/device-onboarding/{made['id']}"
    yield call(sandbox, "GET", path)
    sandbox.client.post(path_of(made["authentication_url"]), content=b"device=ev-0", follow_redirects=False)
    yield call(sandbox, "GET", path)
    yield from _refused_reads(sandbox, f"{API}/device-onboarding/none", f"{API}/device-onboarding/{_STRANGER}", path)


def resolve_cue(sandbox: Sandbox) -> Answers:
    path = pending_cue(sandbox)
    yield sandbox.client.post(path, json=_URLS)
    yield sandbox.client.post(path, json=_URLS | {"language": "de", "location": {}, "clientInfo": {"a": 1}})
    yield from _refused_cues(sandbox, path)
    yield sandbox.client.post(path, json={"successUrl": "ftp://portal.example"})


def report_cue(sandbox: Sandbox) -> Answers:
    path = pending_cue(sandbox)
    sandbox.client.post(path, json=_URLS)
    state = path.replace("/resolve", "/state")
    yield sandbox.client.post(state, json={"state": "fail", "payload": {}})
    sandbox.client.post(path, json=_URLS)
    yield sandbox.client.post(state, json={"state": "success", "client_info": None})
    yield sandbox.client.post(state, json={"state": "success"})
    yield from _refused_cues(sandbox, state)
    yield sandbox.client.post(state, json={"state": "done"})


def pending_cue(sandbox: Sandbox, world: str = "default") -> str:
    """Where the action of a world's sample vehicle is resolved, which has lost its link."""
    lose_link(sandbox, sandbox.world(world)["credentials"]["podero"]["electric_vehicle_id"], world)
    [action] = call(sandbox, "GET", vehicle_path(sandbox, world=world), world=world).json()["actions"]
    return path_of(action["resolution_link"]["url"])


def _everywhere(sandbox: Sandbox, path: str) -> Iterator[httpx2.Response]:
    for world in WORLDS:
        for at in _INSTANTS:
            yield call(sandbox, "GET", path, world=world, at=at)


def _refused_reads(sandbox: Sandbox, invalid: str, unknown: str, path: str | None = None) -> Iterator[httpx2.Response]:
    """The refusals of a read; `path` is where it is not refused, if that is not the invalid one without its query."""
    yield call(sandbox, "GET", invalid)
    yield call(sandbox, "GET", unknown)
    yield call(sandbox, "GET", path or invalid.partition("?")[0], at=LATE)
    yield _without_token(sandbox, "GET", path or invalid)


def _refused_writes(
    sandbox: Sandbox, method: str, path: str, unknown: str, body: dict[str, Any]
) -> Iterator[httpx2.Response]:
    """The refusals of a write, with a body that is good for the unknown path, or not good at all."""
    yield call(sandbox, method, unknown, json=body)
    for content in (b"{", b"", b"[]", TOO_LARGE):
        yield call(sandbox, method, path, content=content)
    yield call(sandbox, method, path, json=body, at="2026-03-04T12:00:00Z")
    if "{user_id}" in path or "{org_id}" in path:
        yield call(sandbox, method, path.replace("{user_id}", "none").replace("{org_id}", "none"), json=body)
        yield call(sandbox, method, path.replace("{org_id}", _STRANGER).replace("{user_id}", _STRANGER), json=_BUILDING)
    yield _without_token(sandbox, method, path)


def _refused_cues(sandbox: Sandbox, path: str) -> Iterator[httpx2.Response]:
    cue = path.split("/")[5]
    yield sandbox.client.post(f"{path}0", json=_URLS | {"state": "success"})
    yield sandbox.client.post(path.replace(cue, _STRANGER), json=_URLS | {"state": "success"})
    yield sandbox.client.post(path.replace(cue, "none"), json=_URLS | {"state": "success"})
    yield sandbox.client.post(path.partition("?")[0], json=_URLS | {"state": "success"})
    for content in (b"{", b"", TOO_LARGE):
        yield sandbox.client.post(path, content=content, headers=JSON)


def _without_token(sandbox: Sandbox, method: str, path: str) -> httpx2.Response:
    return sandbox.client.request(method, path.format(**sandbox.world()["credentials"]["podero"]))


def _made(sandbox: Sandbox, path: str, body: dict[str, Any]) -> str:
    """The path of a new object."""
    return f"{path}/{call(sandbox, 'POST', path, json=body).json()['id']}"


def _session(sandbox: Sandbox) -> dict[str, Any]:
    user = sandbox.world()["credentials"]["podero"]["user_id"]
    return {"language": "en", "price_zone_default": "AT", "user_id": user} | URLS


MEMBER_CALLS: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "listUsers": list_users,
    "createUser": create_user,
    "getUserByExternalId": get_user_by_external_id,
    "getUser": get_user,
    "updateUser": update_user,
    "deleteUser": delete_user,
    "createBuilding": create_building,
    "getBuilding": get_building,
    "updateBuilding": update_building,
    "listEnergyContracts": list_energy_contracts,
    "createEnergyContract": create_energy_contract,
    "updateEnergyContract": update_energy_contract,
    "createOnboardingSession": create_onboarding_session,
    "getOnboardingSession": get_onboarding_session,
    "resolveCue": resolve_cue,
    "reportCue": report_cue,
}
