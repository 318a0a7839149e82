"""Makes, on the world that Schemathesis calls, what a request of its is to find: each is gone or done soon after."""

from collections.abc import Callable
from itertools import count
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx2

_WORLD: Final = "/_sandbox/v1/worlds/documented"
_CARIQA: Final = "/api/v1/users"
_PODERO: Final = "/api/partners/v2.0"
_ID: Final = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
_OTHER_ID: Final = "497f6eca-6276-4993-bfeb-53cbbbba6f08"
_NUMBERS: Final = count(1)
_CARIQA_USER: Final = "user_id"
_OWNER_OF_CARDS: Final = "72794486-bf87-44fb-9b74-5b8fed6c994d"
_CARDS: Final = ("pm_1TD1M3HtgZxQ1KXx5wMzfx15", "pm_DocumentedCariqaCard000000000000")
_HOME: Final = f"{_PODERO}/org/{_ID}/users/{_ID}/inverters"
_PAGES: Final = {"successUrl": "https://shop.example/done", "cancelUrl": "https://shop.example/back"}
_WINDOW: Final = {
    "connector_type": ["CCS"],
    "ideal_start": "2026-04-20T08:00:00Z",
    "ideal_end": "2026-04-20T12:00:00Z",
    "location": {"latitude": 52.5, "longitude": 13.4, "radius": 50},
}
"""A reservation for later than the world's clock comes to in a run."""

ORGANISATION: Final = "organisation"
_ORG_ID: Final = "org_id"
_DEVICES: Final = {"electric_vehicle_id", "wallbox_id", "heat_pump_id", "inverter_id"}

Named = dict[str, str]
"""Parameters of a request by name."""


def charging_session(server: httpx2.Client) -> Named:
    """An active session of Charge; no parameters if its connector is busy."""
    return _of_charge(server, "charging_session", ("charging_station", "connector"), {})


def reservation(server: httpx2.Client) -> Named:
    """A pending reservation."""
    return _of_charge(server, "reservation", (), _WINDOW)


def user_of_cariqa(server: httpx2.Client) -> Named:
    """A new user."""
    return {"user_id": server.post(f"{_CARIQA}/", json={}, headers=_bearer("<token>")).json()["id"]}


def user_of_podero(server: httpx2.Client) -> Named:
    """A new user of the organisation."""
    body = {"role": "user", "email": f"removed-{next(_NUMBERS)}@shop.example"}
    made = server.post(f"{_PODERO}/org/{_ID}/users", json=body, headers=_bearer("<token>")).json()
    return {ORGANISATION: _ID, "user_id": made["id"]}


def session_of_cariqa(server: httpx2.Client) -> Named:
    """The newest session of a user, who starts one unless another goes on."""
    sample = server.get(_WORLD).json()["sample"]["cariqa"]
    path, key = f"{_CARIQA}/{_CARIQA_USER}", _bearer("<token>")
    server.post(f"{path}/charging/start/", json=sample, headers=key)
    newest = server.get(f"{path}/charging-sessions/", params={"page_size": 1}, headers=key).json()["results"][0]
    return {"user_id": _CARIQA_USER, "session_id": newest["id"]}


def card_of_cariqa(server: httpx2.Client) -> Named:
    """A card that is added now."""
    asked = server.get(f"{_CARIQA}/{_OWNER_OF_CARDS}/setup-intents/", headers=_bearer("<token>")).json()
    confirm = f"{_WORLD}/setup-intents/{asked['setup_intent_client_secret']}/confirm"
    added = server.post(confirm, json={"card": "visa"}).json()
    return {"user_id": _OWNER_OF_CARDS, "payment_method_id": added["payment_method"]}


def pending_cue(server: httpx2.Client) -> Named:
    """The action that a new device needs when it has lost its link, with its secret."""
    key = _bearer("<token>")
    device = server.post(_HOME, json={}, headers=key).json()["id"]
    server.post(f"{_WORLD}/simulate", json={"event": "connection_lost", "id": device})
    [action] = server.get(f"{_HOME}/{device}", headers=key).json()["actions"]
    link = urlsplit(action["resolution_link"]["url"])
    return {"cue_id": link.path.split("/")[-2], "secret": parse_qs(link.query)["secret"][0]}


def active_cue(server: httpx2.Client) -> Named:
    """An action that has been started."""
    cue = pending_cue(server)
    path = f"{_PODERO}/cues/{cue['cue_id']}/resolve"
    server.post(path, params={"secret": cue["secret"]}, json=_PAGES).raise_for_status()
    return cue


MAKERS: Final[dict[str, dict[str, Callable[[httpx2.Client], Named]]]] = {
    "endChargingSession": {"cs_": charging_session},
    "updateReservation": {"res_": reservation},
    "confirmReservation": {"res_": reservation},
    "stopChargingSession": {"ab7ae756-b663-43b9-a025-40c51dd503d9": session_of_cariqa},
    "deleteUser": {
        _CARIQA_USER: user_of_cariqa,
        _OWNER_OF_CARDS: user_of_cariqa,
        _OTHER_ID: user_of_podero,
        _ID: user_of_podero,
    },
    "deletePaymentMethod": dict.fromkeys(_CARDS, card_of_cariqa),
    "resolveCue": {_ID: pending_cue},
    "reportCue": {_ID: active_cue},
}
"""What makes the thing that an operation changes, by how the id begins that is to name it.

Schemathesis also names what it has read or is printed, and so would delete what its other calls need.
"""


def is_made(operation: str, *, is_good: bool) -> bool:
    """Whether a call is about such a thing. One that deletes is, even if something else than the path is wrong."""
    return operation in MAKERS and (is_good or operation.startswith("delete"))


def of_podero(contract: str) -> str:
    """The contract of Podero, in JSON, under a name of the organisation that Schemathesis takes for no object's id.

    It begins a chain of calls with no operation that needs an object which no other operation makes.
    """
    return contract.replace(_ORG_ID, ORGANISATION)


def contract_path(path: str) -> str:
    """A path as the contract has it."""
    return path.replace(f"{{{ORGANISATION}}}", f"{{{_ORG_ID}}}")


def device_of_the_user(path: Named) -> Named:
    """The parameters of a path that names the printed user of Podero, with that user's device."""
    is_known = path.get("user_id") == path.get(ORGANISATION) == _ID
    return {name: _ID for name in path if is_known and name in _DEVICES}


def _of_charge(server: httpx2.Client, kind: str, places: tuple[str, ...], more: dict[str, Any]) -> Named:
    world = server.get(_WORLD).json()
    sample = world["sample"]["charge"]
    order = {name: sample[name] for name in ("driver", "vehicle", "payment_method", *places)} | more
    key = _bearer(world["credentials"]["charge"]["secret_key"])
    made = server.post(f"/v1/{kind}s", json=order, headers=key).json()
    return {kind: made["id"]} if "id" in made else {}


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
