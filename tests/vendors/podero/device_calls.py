"""Calls about the devices of the sample user of a world."""

from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.vendors.podero.vehicles import bearer, keys

ID: Final = "3c90c3cc-0d44-4b50-8888-8dd25736052a"
"""The id of each sample device of `documented`."""

Body = dict[str, Any]


def user_path(sandbox: Sandbox, world: str = "documented") -> str:
    """The path of a world's sample user."""
    found = keys(sandbox, world)
    return f"/api/partners/v2.0/org/{found['org_id']}/users/{found['user_id']}"


def call(
    sandbox: Sandbox,
    method: str,
    path: str,
    body: object = None,
    *,
    world: str = "documented",
    at: str | None = None,
    **query: str,
) -> httpx2.Response:
    """The answer to a call of the sample user; `from` is written `from_`."""
    headers = bearer(keys(sandbox, world)["token"]) | ({} if at is None else {"X-Sandbox-At": at})
    named = {name.rstrip("_"): value for name, value in query.items()}
    return sandbox.client.request(
        method, f"{user_path(sandbox, world)}/{path}", params=named, json=body, headers=headers
    )


def get(sandbox: Sandbox, path: str, *, world: str = "documented", at: str | None = None, **query: str) -> Any:  # noqa: ANN401 - JSON of any form
    """What a call answers that must be good."""
    return call(sandbox, "GET", path, world=world, at=at, **query).raise_for_status().json()


def put(sandbox: Sandbox, path: str, body: Body, *, world: str = "documented") -> Body:
    """What a change answers that must be good."""
    found: Body = call(sandbox, "PUT", path, body, world=world).raise_for_status().json()
    return found
