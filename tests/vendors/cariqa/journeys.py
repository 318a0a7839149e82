"""Calls with which tests drive: a world of their own, in which a user of Cariqa starts, watches, stops and pays."""

from dataclasses import dataclass
from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.control.worlds import WORLDS, create_world

Body = dict[str, Any]

NO_PROGRESS: Final = "DE*CIQ*EWBNHHLM82TLA*1"
TEN_MESSAGES: Final = "DE*PWA*EALP22541X01617*01"
ITALIAN: Final = "IT*PWY*EP0078*01*02"
"""Virtual charging points."""
GOOD: Final = "DE*WTF*EGOOD*1"
OFFLINE: Final = "DE*WTF*EOFFLINE*1"
OUT_OF_SERVICE: Final = "DE*WTF*EFAULTY*2"
FAULTY: Final = "DE*WTF*EFAULTY*1"
DECLINED: Final = "pm_MagicCardDeclined000000000000000"
NEEDS_AUTHENTICATION: Final = "pm_MagicCardNeedsAuthentication0000"
FAILS_LATER: Final = "pm_MagicCardFailsAtSettlement000000"
WITH_DEBT: Final = "00000000-0000-4000-8000-0000000000d1"
WITHOUT_BILLING_DATA: Final = "00000000-0000-4000-8000-0000000000d2"
CARD_ON_THE_ROAD: Final = "pm_MagicCardOfUserOnTheRoad00000000"
ON_THE_ROAD: Final = "00000000-0000-4000-8000-0000000000d3"
"""Magic objects."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A user of Cariqa in a world."""

    sandbox: Sandbox
    world: str
    key: dict[str, str]
    id: str
    evse_id: str
    payment_method: str

    def call(self, method: str, path: str, at: str | None = None, **more: Any) -> httpx2.Response:  # noqa: ANN401 - httpx's own
        """A call of Cariqa's, at a path below the user's."""
        headers = self.key | more.pop("headers", {}) | ({} if at is None else {"X-Sandbox-At": at})
        return self.sandbox.client.request(method, f"/api/v1/users/{self.id}/{path}", headers=headers, **more)

    def request_start(self, **changed: object) -> httpx2.Response:
        body = {"evse_id": self.evse_id, "payment_method_id": self.payment_method} | changed
        return self.call("POST", "charging/start/", json=body)

    def start(self, **changed: object) -> Body:
        """The session that a start answers with."""
        answer = self.request_start(**changed)
        assert answer.status_code == 201, answer.text
        session: Body = answer.json()
        return session

    def stop(self, session: str) -> httpx2.Response:
        return self.call("POST", f"charging/stop/{session}/")

    def session(self, session: str, at: str | None = None) -> Body:
        body: Body = self.call("GET", f"charging-sessions/{session}/", at).json()
        return body

    def rows(self, path: str, at: str | None = None) -> list[Body]:
        """The first page of a list, which must hold all of it."""
        page: Body = self.call("GET", path, at, params={"page_size": "100"}).json()
        assert page["count"] == len(page["results"])
        found: list[Body] = page["results"]
        return found

    def simulate(self, event: str, id_: str, **more: object) -> Body:
        """What the control API answers to an event."""
        body = {"event": event, "id": id_, **{name.rstrip("_"): value for name, value in more.items()}}
        answer = self.sandbox.client.post(f"{WORLDS}/{self.world}/simulate", json=body)
        assert answer.status_code == 200, answer.text
        simulated: Body = answer.json()
        return simulated

    def advance(self, by: str) -> None:
        assert self.sandbox.advance(by, self.world).status_code == 200

    def other(self, user: str) -> "Customer":
        """Another user of the same world."""
        return Customer(self.sandbox, self.world, self.key, user, self.evse_id, self.payment_method)


def customer(sandbox: Sandbox, **wanted: object) -> Customer:
    """The sample user of a new world, by default one in which nothing has happened yet."""
    world = create_world(sandbox, **({"scenario": "empty"} | wanted))
    keys, sample = world["credentials"]["cariqa"], world["sample"]["cariqa"]
    key = {"Authorization": f"Bearer {keys['token']}"}
    return Customer(sandbox, world["name"], key, keys["user_id"], sample["evse_id"], sample["payment_method_id"])


def error(answer: httpx2.Response) -> tuple[int, str, str]:
    """The status, the detail and the type of an error."""
    body = answer.json()
    return answer.status_code, body["detail"], body.get("error", {}).get("type", "")
