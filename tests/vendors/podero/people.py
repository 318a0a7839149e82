"""Calls with which tests read and change what belongs to Podero's users."""

import re
from typing import Any, Final, TypeAlias

import httpx2

from tests.conftest import Sandbox

API: Final = "/api/partners/v2.0"
ORG: Final = f"{API}/org/{{org_id}}"
USER: Final = f"{ORG}/users/{{user_id}}"
UNKNOWN: Final = "00000000-0000-4000-8000-000000000000"
URLS: Final = {"success_url": "https://portal.example/success", "cancel_url": "https://portal.example/cancel?a=1&b=2"}

Body = dict[str, Any]
Json: TypeAlias = Any
"""What a test sends, or what an answer holds."""


def call(
    sandbox: Sandbox, method: str, path: str, *, world: str = "default", at: str | None = None, **options: Json
) -> httpx2.Response:
    """The answer at a path, in which the ids of a world's sample user may stand, with the world's ready-made token."""
    keys = sandbox.world(world)["credentials"]["podero"]
    headers = {"Authorization": f"Bearer {keys['token']}"} | ({} if at is None else {"X-Sandbox-At": at})
    return sandbox.client.request(method, path.format(**keys), headers=headers, **options)


def good(sandbox: Sandbox, method: str, path: str, **options: Json) -> Json:
    """The body of an answer that has to be 200."""
    answer = call(sandbox, method, path, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def new_user(sandbox: Sandbox, world: str = "default", **changed: Json) -> Body:
    """A new user of the world's sample organisation."""
    body = {"role": "user", "email": "new@user.example"} | changed
    made: Body = good(sandbox, "POST", f"{ORG}/users", world=world, json=body)
    return made


def onboarding(sandbox: Sandbox, world: str = "default", **changed: Json) -> Body:
    """A new onboarding session of the world's sample user."""
    user = sandbox.world(world)["credentials"]["podero"]["user_id"]
    body = {"language": "en", "price_zone_default": "AT", "user_id": user} | URLS | changed
    made: Body = good(sandbox, "POST", f"{API}/device-onboarding", world=world, json=body)
    return made


def vehicle_path(sandbox: Sandbox, vehicle: str | None = None, world: str = "default") -> str:
    """The path of a vehicle of the sample user; the sample vehicle if none is named."""
    return f"{USER}/electric-vehicles/{vehicle or sandbox.world(world)['credentials']['podero']['electric_vehicle_id']}"


def lose_link(sandbox: Sandbox, device: str, world: str = "default", **options: str) -> httpx2.Response:
    """Has a device lose the link to its manufacturer's cloud."""
    body = {"event": "connection_lost", "id": device} | options
    return sandbox.client.post(f"/_sandbox/v1/worlds/{world}/simulate", json=body)


def path_of(url: str) -> str:
    """The path and the query of a link of the sandbox."""
    return re.sub(r"^https?://[^/]+", "", url)
