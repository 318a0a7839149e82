"""Tells Schemathesis what contracts do not say, because generators of clients would stumble over it."""

import json
import re
from hashlib import blake2b
from typing import Any, Final

import httpx2
import schemathesis
from schemathesis.core import NOT_SET
from schemathesis.generation.meta import TestPhase

from tests.contract.made_soon import MAKERS, ORGANISATION, device_of_the_user, is_made, of_podero

PREFIX: Final = "st-"
"""How the names of the worlds begin that a run makes, so that one call deletes them all."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_KEY_HEADER: Final = "Idempotency-Key"
_KEY: Final = re.compile(r"[!-~]([ -~]{0,253}[!-~])?")
_OF_ONE_OWNER: Final = {"listPaymentMethods", "getPaymentMethod"}
"""The operations whose query names a driver or a fleet, and not both."""
_PODERO: Final = "/api/partners/"
_OUTER_YEARS: Final = re.compile(r'"(0001|9999)(?=-\d\d-\d\dT)')
"""The start of a date-time in JSON whose instant has no date in some time zone, so that Podero's part refuses it."""
_NAMED_BY: Final = {"createWorld": "body", "importWorld": "query"}
"""The operations that make a world, and the part of their requests that names it."""


@schemathesis.hook
def before_load_schema(_context: schemathesis.HookContext, raw_schema: dict[str, Any]) -> None:
    """Gives the header `X-Sandbox-At` its format: Schemathesis makes no header by a pattern with hyphens and colons.

    Podero's contract gets another name for the organisation.
    """
    if raw_schema["info"]["title"] == "Podero Partner":
        raw_schema.update(json.loads(of_podero(json.dumps({it: raw_schema[it] for it in ("paths", "components")}))))
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
    if is_made(operation, is_good=is_good):
        _make_soon(operation, case)
    if is_good and case.operation.path.startswith(_PODERO):
        _mend_for_podero(operation, case)
    if operation == "getMapTile" and is_good:
        # Nor that columns and rows end with the zoom, or that their product has a limit.
        case.query = _on_the_map(case.query)
    part = _NAMED_BY.get(operation)
    if part == "query":
        case.query = _named(case.query or {}, case.body)
    elif part == "body" and (case.body is NOT_SET or isinstance(case.body, dict)):
        case.body = _named({} if case.body is NOT_SET else case.body, case.id)
        case.media_type = case.media_type or "application/json"


def _make_soon(operation: str, case: Any) -> None:  # noqa: ANN401 - its own type
    """Makes what a request is to change, and names it in the path and the query in place of a printed id."""
    for beginning, make in MAKERS[operation].items():
        named = [value for name, value in case.path_parameters.items() if name != ORGANISATION]
        if any(str(each).startswith(beginning) for each in named):
            with httpx2.Client(base_url=case.operation.base_url) as server:
                made = make(server)
            for given in (case.path_parameters, case.query or {}):
                given.update({name: made[name] for name in made.keys() & given.keys()})
            return


def _mend_for_podero(operation: str, case: Any) -> None:  # noqa: ANN401 - its own type
    """Mends what a schema cannot say: which years there are, whose a device is, and that users share no address."""
    if isinstance(case.body, dict):
        case.body = json.loads(_OUTER_YEARS.sub('"2024', json.dumps(case.body)))
    if case.meta.phase.name != TestPhase.STATEFUL:
        case.path_parameters.update(device_of_the_user(case.path_parameters))
    elif operation == "createUser" and "email" in case.body:
        case.body["email"] = f"{case.id.lower()}@shop.example"


def _on_the_map(query: Any) -> dict[str, Any]:  # noqa: ANN401 - a mapping of Schemathesis
    """The query of tiles with columns and rows that its zoom has, at most eight of each."""
    last = 2 ** int(query["z"]) - 1
    return {**query, **{name: [min(last, int(each)) for each in query[name]][:8] for name in ("x", "y")}}


def _named(members: Any, seed: object) -> dict[str, Any]:  # noqa: ANN401 - a mapping of Schemathesis
    """The members with a name that begins with the prefix."""
    name = members.get("name", blake2b(repr(seed).encode(), digest_size=6).hexdigest())
    is_good = isinstance(name, str) and _NAME.fullmatch(name) and not name.startswith(PREFIX)
    return {**members, "name": f"{PREFIX}{name}"} if is_good else dict(members)
