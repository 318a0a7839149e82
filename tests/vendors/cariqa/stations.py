"""Calls with which tests read stations through Cariqa."""

from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.vendors.cariqa.users import token

STATIONS: Final = "/api/v1/stations"

Body = dict[str, Any]


def read(
    sandbox: Sandbox, name: str, /, *, world: str = "default", at: str | None = None, **query: Any
) -> httpx2.Response:
    """The answer of an operation of stations: `around`, `details`, `partners` or `tile`."""
    headers = token(sandbox, world) | ({} if at is None else {"X-Sandbox-At": at})
    return sandbox.client.get(f"{STATIONS}/{name}/", params=query, headers=headers, follow_redirects=False)


def found(answer: httpx2.Response) -> Any:  # noqa: ANN401 - an object or an array
    """The body of an answer that must be 200."""
    assert answer.status_code == 200, answer.text
    return answer.json()


def around(sandbox: Sandbox, /, **query: Any) -> list[Body]:  # noqa: ANN401 - what a query holds
    """The stations of all pages around the sample station; the whole town by default."""
    sample = details(sandbox, sample_evse(sandbox))
    asked = {**sample["coordinates"], "distance": 1_000_000, "page_size": 100, **query}
    stations: list[Body] = []
    for page in range(1, 100):
        body = found(read(sandbox, "around", **asked, page=page))
        stations += body["results"]
        if body["next"] is None:
            assert len(stations) == body["count"]
            return stations
    raise AssertionError("the list does not end")


def details(sandbox: Sandbox, evse: str, *, world: str = "default", at: str | None = None) -> Body:
    """The station of an EVSE id."""
    body: Body = found(read(sandbox, "details", id=evse, type="evse_id", world=world, at=at))
    return body


def sample_evse(sandbox: Sandbox, world: str = "default") -> str:
    """The EVSE id of a world's sample connector."""
    evse: str = sandbox.opened(world)["sample"]["cariqa"]["evse_id"]
    return evse


def refusal(answer: httpx2.Response) -> tuple[int, str, str]:
    """The status, the type and the details of an error."""
    body = answer.json()
    return answer.status_code, body["error"]["type"], body["error"]["details"]
