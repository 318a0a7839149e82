"""Tells Schemathesis what contracts do not say, because generators of clients would stumble over it."""

import re
from hashlib import blake2b
from typing import Any, Final

import httpx2
import schemathesis
from schemathesis.core import NOT_SET

PREFIX: Final = "st-"
"""How the names of the worlds begin that a run makes, so that one call deletes them all."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_KEY_HEADER: Final = "Idempotency-Key"
_KEY: Final = re.compile(r"[!-~]([ -~]{0,253}[!-~])?")
_OF_ONE_OWNER: Final = {"listPaymentMethods", "getPaymentMethod"}
"""The operations whose query names a driver or a fleet, and not both."""
_CHANGED_SOON: Final = {
    "endChargingSession": ("charging_session", "cs_"),
    "updateReservation": ("reservation", "res_"),
    "confirmReservation": ("reservation", "res_"),
}
"""The operations that take an object only while it is active or pending, which on a fast clock lasts a second or so.

Each with the parameter of its path, and how the ids begin.
"""
_WINDOW: Final = {
    "connector_type": ["CCS"],
    "ideal_start": "2026-04-20T08:00:00Z",
    "ideal_end": "2026-04-20T12:00:00Z",
    "location": {"latitude": 52.5, "longitude": 13.4, "radius": 50},
}
"""A reservation for later than the world's clock comes to in a run."""
_NAMED_BY: Final = {"createWorld": "body", "importWorld": "query"}
"""The operations that make a world, and the part of their requests that names it."""


@schemathesis.hook
def before_load_schema(_context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    """Gives the header `X-Sandbox-At` its format: Schemathesis makes no header by a pattern with hyphens and colons."""
    everywhere = raw_schema.get("components", {}).get("parameters", {}).values()
    operations = (item[method] for item in raw_schema["paths"].values() for method in item.keys() & {"get", "post"})
    own = (parameter for operation in operations for parameter in operation.get("parameters", ()))
    for parameter in (*everywhere, *own):
        if parameter.get("name") == "X-Sandbox-At":
            parameter["schema"] = {**parameter["schema"], "format": "date-time"}


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: Any, _kwargs: Any) -> None:  # noqa: ANN401 - its own types
    """Names each world that is made, makes idempotency keys unique, and makes what is to be changed soon.

    A request that is wrong on purpose stays.
    """
    key = (case.headers or {}).get(_KEY_HEADER)
    is_good = case.meta is not None and case.meta.generation.mode.is_positive
    if isinstance(key, str) and _KEY.fullmatch(key) and is_good:
        # A key that was used for another request is refused, and a schema cannot say so. Other requests are wrong in
        # some way that a change of their headers could mend.
        case.headers[_KEY_HEADER] = blake2b(repr(case.id).encode(), digest_size=8).hexdigest()
    operation = case.operation.definition.raw.get("operationId")
    if operation in _OF_ONE_OWNER and is_good and {"driver", "fleet"} <= set(case.query or {}):
        # Neither can a schema say that they exclude one another.
        del case.query["driver"]
    if operation in _CHANGED_SOON and is_good:
        parameter, prefix = _CHANGED_SOON[operation]
        named = case.path_parameters[parameter]
        case.path_parameters[parameter] = _made(case.operation.base_url, parameter, named, prefix)
    if operation == "getMapTile" and is_good:
        # Nor that columns and rows end with the zoom, or that their product has a limit.
        case.query = _on_the_map(case.query)
    part = _NAMED_BY.get(operation)
    if part == "query":
        case.query = _named(case.query or {}, case.body)
    elif part == "body" and (case.body is NOT_SET or isinstance(case.body, dict)):
        case.body = _named({} if case.body is NOT_SET else case.body, case.id)
        case.media_type = case.media_type or "application/json"


def _made(server: str, kind: str, named: str, prefix: str) -> str:
    """The id of a session or reservation that is made now, where one is named; the named one if there is no room."""
    if not named.startswith(prefix):
        return named
    world = httpx2.get(f"{server}/_sandbox/v1/worlds/documented").json()
    sample = world["sample"]["charge"]
    order = {name: sample[name] for name in ("driver", "vehicle", "payment_method")}
    if kind == "charging_session":
        order |= {name: sample[name] for name in ("charging_station", "connector")}
    else:
        order |= _WINDOW
    key = {"Authorization": f"Bearer {world['credentials']['charge']['secret_key']}"}
    return str(httpx2.post(f"{server}/v1/{kind}s", json=order, headers=key).json().get("id", named))


def _on_the_map(query: Any) -> dict[str, Any]:  # noqa: ANN401 - a mapping of Schemathesis
    """The query of tiles with columns and rows that its zoom has, at most eight of each."""
    last = 2 ** int(query["z"]) - 1
    return {**query, **{name: [min(last, int(each)) for each in query[name]][:8] for name in ("x", "y")}}


def _named(members: Any, seed: object) -> dict[str, Any]:  # noqa: ANN401 - a mapping of Schemathesis
    """The members with a name that begins with the prefix."""
    name = members.get("name", blake2b(repr(seed).encode(), digest_size=6).hexdigest())
    is_good = isinstance(name, str) and _NAME.fullmatch(name) and not name.startswith(PREFIX)
    return {**members, "name": f"{PREFIX}{name}"} if is_good else dict(members)
