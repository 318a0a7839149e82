"""For each operation on Podero's savings, wallboxes, heat pumps and inverters, calls that bring about every answer.

The good one comes first. Answers of a full world are not among them: the test brings those about for all.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.contract.control_calls import LATE, TOO_LARGE, Answers

_ID: Final = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
_STRANGER: Final = "00000000-0000-4000-8000-000000000000"
_USER: Final = f"/api/partners/v2.0/org/{_ID}/users/{_ID}"
_KEY: Final = {"Authorization": "Bearer <token>"}
_DAYS: Final = {"from": "2026-01-01T00:00:00Z", "to": "2026-12-31"}
_RESOLUTIONS: Final = ("1DAY", "1WEEK", "1MONTH", "1QUARTER", "1YEAR")
_INSTANTS: Final = (None, "2026-02-01T12:00:00Z", "2026-03-31T00:30:00Z", "2026-07-01T12:00:00Z")
_BODY: Final[dict[str, Any]] = {"comment": "x", "price_zone": "AT", "device_model": {"model": "y", "year": 2020}}


def _savings(kind: str, sandbox: Sandbox) -> Answers:
    path = f"{kind}/{_ID}/savings"
    for resolution in _RESOLUTIONS:
        yield _call(sandbox, "GET", path, params={**_DAYS, "resolution": resolution})
    yield from _refused(sandbox, "GET", path, params=_DAYS)
    yield _call(sandbox, "GET", path)
    yield _call(sandbox, "GET", path, params={"from": "2026-03-02", "to": "2026-03-01"})


def _statistics(sandbox: Sandbox) -> Answers:
    path = f"heat-pumps/{_ID}/statistics"
    yield _call(sandbox, "GET", path, params={"resolution": ",".join(_RESOLUTIONS)})
    for keywords in ("savings", "consumption", "consumption,savings"):
        yield _call(sandbox, "GET", path, params={"keywords": keywords})
    yield from _refused(sandbox, "GET", path)
    yield _call(sandbox, "GET", path, params={"resolution": "2DAY", "keywords": ""})


def _list(kind: str, sandbox: Sandbox) -> Answers:
    for at in _INSTANTS:
        yield _call(sandbox, "GET", kind, at=at)
    if kind != "wallboxes":
        made = _call(sandbox, "POST", kind, json={}).json()["id"]
        _call(sandbox, "PUT", f"{kind}/{made}", json={"deleted_at": "2026-01-01T00:00:00Z"})
    yield _call(sandbox, "GET", kind, params={"include_deleted": "true"})
    yield from _refused(sandbox, "GET", kind)
    yield _call(sandbox, "GET", kind, params={"include_deleted": "perhaps"})


def _register(kind: str, sandbox: Sandbox) -> Answers:
    yield _call(sandbox, "POST", kind, json={})
    yield _call(sandbox, "POST", kind, json=_BODY)
    yield from _refused(sandbox, "POST", kind, json={})
    yield from _refused_bodies(sandbox, "POST", kind)


def _get(kind: str, sandbox: Sandbox) -> Answers:
    path = f"{kind}/{_ID}"
    for at in _INSTANTS:
        yield _call(sandbox, "GET", path, at=at)
    if kind != "wallboxes":
        yield _call(sandbox, "GET", f"{kind}/{_call(sandbox, 'POST', kind, json=_BODY).json()['id']}")
    yield from _refused(sandbox, "GET", path)
    yield _call(sandbox, "GET", f"{kind}/{_STRANGER}")


def _update(kind: str, sandbox: Sandbox) -> Answers:
    path = f"{kind}/{_ID}"
    for body in ({}, _BODY, {"deleted_at": "2026-01-01T00:00:00Z"}, {"deleted_at": None}):
        yield _call(sandbox, "PUT", path, json=body)
    yield from _refused(sandbox, "PUT", path, json={})
    yield from _refused_bodies(sandbox, "PUT", path)
    yield _call(sandbox, "PUT", f"{kind}/{_STRANGER}", json={})


def boost_wallbox(sandbox: Sandbox) -> Answers:
    path = f"wallboxes/{_ID}/boost"
    yield _call(sandbox, "POST", path)
    event = {"event": "plug_in", "id": _ID, "battery_level": 20}
    sandbox.client.post("/_sandbox/v1/worlds/documented/simulate", json=event).raise_for_status()
    yield _call(sandbox, "POST", path)
    yield from _refused(sandbox, "POST", path)


def cancel_wallbox_boost(sandbox: Sandbox) -> Answers:
    path = f"wallboxes/{_ID}/boost"
    yield _call(sandbox, "DELETE", path)
    yield from _refused(sandbox, "DELETE", path)


def _refused(sandbox: Sandbox, method: str, path: str, **options: Any) -> Iterator[httpx2.Response]:  # noqa: ANN401 - httpx's own
    """Answers without a token, for a user who does not exist, for no id, and at an instant that cannot be."""
    sent = sandbox.client.request(method, f"{_USER}/{path}", **options)
    yield sent
    for user in (_STRANGER, "x"):
        url = f"/api/partners/v2.0/org/{_ID}/users/{user}/{path}"
        yield sandbox.client.request(method, url, headers=_KEY, **options)
    yield _call(sandbox, method, path, at=LATE, **options)


def _refused_bodies(sandbox: Sandbox, method: str, path: str) -> Iterator[httpx2.Response]:
    """Answers to bodies that are no JSON, no object, too large or bad."""
    for content in (b"{", b"[]", TOO_LARGE):
        yield _call(sandbox, method, path, content=content)
    yield _call(sandbox, method, path, json={"price_zone": "DE", "comment": 1})


def _call(
    sandbox: Sandbox,
    method: str,
    path: str,
    *,
    at: str | None = None,
    **options: Any,  # noqa: ANN401 - httpx's own
) -> httpx2.Response:
    """The answer to a call of the sample user of `documented`."""
    headers = _KEY | ({} if at is None else {"X-Sandbox-At": at})
    return sandbox.client.request(method, f"{_USER}/{path}", headers=headers, **options)


DEVICE_CALLS: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "getElectricVehicleSavings": partial(_savings, "electric-vehicles"),
    "listWallboxes": partial(_list, "wallboxes"),
    "getWallbox": partial(_get, "wallboxes"),
    "updateWallbox": partial(_update, "wallboxes"),
    "boostWallbox": boost_wallbox,
    "cancelWallboxBoost": cancel_wallbox_boost,
    "listHeatPumps": partial(_list, "heat-pumps"),
    "registerHeatPump": partial(_register, "heat-pumps"),
    "getHeatPump": partial(_get, "heat-pumps"),
    "updateHeatPump": partial(_update, "heat-pumps"),
    "getHeatPumpSavings": partial(_savings, "heat-pumps"),
    "getHeatPumpStatistics": _statistics,
    "listInverters": partial(_list, "inverters"),
    "registerInverter": partial(_register, "inverters"),
    "getInverter": partial(_get, "inverters"),
    "updateInverter": partial(_update, "inverters"),
}
