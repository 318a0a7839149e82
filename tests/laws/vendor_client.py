"""A client of one vendor's API in a world, which compares every answer with the contract, and changes the world."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import httpx2

from tests.contract.written import Operation, answer_faults, operations

WORLDS: Final = "/_sandbox/v1/worlds"
Row = dict[str, Any]


@dataclass(slots=True)
class VendorClient:
    """A world's API of one vendor. A path is given below the vendor's `base`."""

    http: httpx2.Client
    world: str
    vendor: str
    base: str
    token: str

    def ask(self, method: str, path: str, at: str | None = None, body: object = None, **query: Any) -> httpx2.Response:  # noqa: ANN401 - what the client takes
        """An answer that the contract allows; it is never 500."""
        headers = {"Authorization": f"Bearer {self.token}"} | ({} if at is None else {"X-Sandbox-At": at})
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body)
        url = self.base + path
        answer = self.http.request(method, url, params=query or None, headers=headers, content=content)
        assert answer.status_code < httpx2.codes.INTERNAL_SERVER_ERROR, (method, url, body, answer.text)
        operation = _operation(self.vendor, method.lower(), url)
        assert answer_faults(operation, answer) == [], (method, url, query, body)
        return answer

    def good(self, method: str, path: str, at: str | None = None, body: object = None, **query: Any) -> Any:  # noqa: ANN401 - JSON
        """The body of a 2xx answer."""
        answer = self.ask(method, path, at, body, **query)
        assert answer.is_success, (method, path, body, answer.text)
        return answer.json() if answer.content else None

    def simulate(self, event: str, id_: str, **more: object) -> httpx2.Response:
        """Asks the control API for an event."""
        asked = {"event": event, "id": id_, **more}
        answer = self.http.post(f"{WORLDS}/{self.world}/simulate", json=asked)
        assert answer.status_code in {200, 400, 404, 409}, (asked, answer.text)
        return answer

    def advance(self, minutes: int) -> str:
        """Moves the clock, and returns the instant at which it then is."""
        answer = self.http.post(f"{WORLDS}/{self.world}/clock/advance", json={"by": f"PT{minutes}M"})
        assert answer.is_success, answer.text
        return str(answer.json()["to"])

    def now(self) -> str:
        return str(self.http.get(f"{WORLDS}/{self.world}/clock").json()["now"])

    def sample(self) -> Row:
        found: Row = self.http.get(f"{WORLDS}/{self.world}").json()
        return found

    def exported(self) -> bytes:
        answer = self.http.get(f"{WORLDS}/{self.world}/export")
        assert answer.status_code == httpx2.codes.OK
        return answer.content

    def copied(self, name: str, *, is_fork: bool) -> "VendorClient":
        """A client of a fork of this world, or of an import of its export."""
        made = (
            self.http.post(WORLDS, json={"name": name, "fork": self.world})
            if is_fork
            else self.http.post(
                f"{WORLDS}/import?name={name}",
                content=self.exported(),
                headers={"Content-Type": "application/json"},
            )
        )
        return client_of(self.http, self.vendor, self.base, made)

    def remove(self) -> None:
        assert self.http.delete(f"{WORLDS}/{self.world}").status_code == httpx2.codes.NO_CONTENT


def create(http: httpx2.Client, vendor: str, base: str, names: Iterator[int], seed: int) -> VendorClient:
    """A client of a new frozen village."""
    asked = {"name": f"{vendor}-{next(names)}", "scenario": "village", "seed": seed, "clock": {"speed": 0}}
    return client_of(http, vendor, base, http.post(WORLDS, json=asked))


def client_of(http: httpx2.Client, vendor: str, base: str, made: httpx2.Response) -> VendorClient:
    """A client of a world that has just been created."""
    assert made.status_code == httpx2.codes.CREATED, made.text
    body = made.json()
    return VendorClient(http, body["name"], vendor, base, body["credentials"][vendor]["token"])


@cache
def _operation(vendor: str, method: str, url: str) -> Operation:
    path = url.partition("?")[0]
    ours = [each for each in operations() if each.contract == vendor and each.method == method]
    fitting = [each for each in ours if re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", each.path), path)]
    assert fitting, (method, url)
    return min(fitting, key=lambda each: each.path.count("{"))
