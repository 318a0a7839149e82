"""Calls of every API, and the form in which each of them refuses."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import httpx2

from tests.conftest import Sandbox, podero_path

WORLD: Final = "/_sandbox/v1/worlds/default"
CHANGES: Final = ("charge start", "charge end", "oauth token", "control advance", "control fork", "control reset")
Shape = tuple[str, list[str]]
"""The kind of a refusal and the keys of its body."""

SHAPES: Final[dict[str, Shape]] = {
    "charge": (
        "application/json",
        ["code", "doc_url", "message", "object", "param", "request", "status", "type"],
    ),
    "cariqa": ("application/json", ["detail"]),
    "podero": ("application/json", ["detail"]),
    "oauth": ("application/json", ["error", "error_description"]),
    "control": ("application/problem+json", ["detail", "status", "title", "type"]),
}


class Callers:
    """Calls of every API, with keys and ids that were looked up before; the name of a call begins with its API's."""

    def __init__(self, sandbox: Sandbox) -> None:
        world, self._client = sandbox.world(), sandbox.client
        self._keys = world["credentials"]
        self._order = sample(sandbox)
        self._charge = {"Authorization": f"Bearer {self._keys['charge']['secret_key']}"}
        self._active = sandbox.charge(status="active").json()["data"][0]["id"]

    def calls(self) -> dict[str, Callable[[], httpx2.Response]]:
        get, post, cariqa, podero = self._client.get, self._client.post, self._keys["cariqa"], self._keys["podero"]
        cariqa_key, podero_key = ({"Authorization": f"Bearer {keys['token']}"} for keys in (cariqa, podero))
        asked = {name: podero[name] for name in ("client_id", "client_secret")} | {"grant_type": "client_credentials"}
        sessions, users = "/v1/charging_sessions", f"/api/v1/users/{cariqa['user_id']}/charging-sessions/"
        car = f"{podero_path(podero)}?from=2026-01-01&to=2026-12-31"
        return {
            "charge list": partial(get, sessions, headers=self._charge),
            "charge reservations": partial(get, "/v1/reservations", headers=self._charge),
            "charge session": partial(get, f"{sessions}/{self._active}", headers=self._charge),
            "charge start": partial(post, sessions, json=self._order, headers=self._charge),
            "charge end": partial(post, f"{sessions}/{self._active}/end", headers=self._charge),
            "cariqa list": partial(get, users, headers=cariqa_key),
            "podero list": partial(get, car, headers=podero_key),
            "oauth token": partial(post, "/oauth2/token/", json=asked),
            "control worlds": partial(get, "/_sandbox/v1/worlds"),
            "control world": partial(get, WORLD),
            "control ready": partial(get, "/_sandbox/v1/ready"),
            "control export": partial(get, f"{WORLD}/export"),
            "control advance": partial(post, f"{WORLD}/clock/advance", json={"by": "PT1M"}),
            "control fork": partial(post, "/_sandbox/v1/worlds", json={"fork": "default"}),
            "control reset": partial(post, f"{WORLD}/reset"),
        }

    def reads(self) -> dict[str, httpx2.Response]:
        return {name: call() for name, call in self.calls().items() if name not in CHANGES}

    def changes(self) -> dict[str, httpx2.Response]:
        return {name: call() for name, call in self.calls().items() if name in CHANGES}


def refused(answer: httpx2.Response) -> Shape:
    """The kind and the keys of an answer's body; the answer must be 503."""
    assert answer.status_code == 503

    body = answer.json()
    return answer.headers["content-type"], sorted(body)


def sample(sandbox: Sandbox) -> dict[str, Any]:
    """A start with the world's sample ids."""
    ids = sandbox.world()["sample"]["charge"]
    return {name: value for name, value in ids.items() if name not in {"fleet", "account"}}
