"""A user's vehicle in a world of the test's own, and the calls with which tests look at it and change it."""

from typing import Any, Final

import httpx2

from app.domain.clock import instant
from tests.conftest import Sandbox
from tests.control.worlds import WORLDS, create_world

Body = dict[str, Any]
LIVE: Final = ("is_plugged_in", "is_charging", "charge_rate_w", "battery_level", "is_fully_charged", "driving_range")
"""The members that the vehicle reports."""
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_WITH_PLANS: Final = (
    "SELECT vehicle.owner, vehicle.uuid FROM vehicle JOIN world ON world.n = vehicle.world AND world.name = :world"
    " JOIN session ON session.world = vehicle.world AND session.vehicle = vehicle.id"
    " WHERE world.state = 'open' AND session.channel = 'home' AND session.created_at = (SELECT min(first.created_at)"
    " FROM session AS first WHERE first.world = vehicle.world AND first.vehicle = vehicle.id"
    " AND first.created_at > :now)"
    " AND session.window_starts_at > session.created_at AND session.energy_wh > 10000 ORDER BY vehicle.uuid LIMIT 1"
)
"""The user and the vehicle whose next session, which is planned, is at home and waits for cheap hours."""


class Garage:
    """A frozen village and a vehicle in it: a newly registered one, one with plans, or the sample, which has none."""

    def __init__(self, sandbox: Sandbox, *, registers: Body | None = None, has_plans: bool = False) -> None:
        self.sandbox = sandbox
        self.client = sandbox.client
        world = create_world(sandbox)
        self.world: str = world["name"]
        self.keys: dict[str, str] = world["credentials"]["podero"]
        self.headers = {"Authorization": f"Bearer {self.keys['token']}"}
        self.user, self.id = self.keys["user_id"], self.keys["electric_vehicle_id"]
        if has_plans:
            [self.user, self.id] = sandbox.kept.rows(_WITH_PLANS, world=self.world, now=instant(world["clock"]["now"]))[
                0
            ]
        self.path = f"/api/partners/v2.0/org/{self.keys['org_id']}/users/{self.user}/electric-vehicles"
        if registers is not None:
            self.id = self.call("POST", self.path, json=registers).json()["id"]

    @property
    def car(self) -> str:
        """The path of the vehicle."""
        return f"{self.path}/{self.id}"

    def call(self, method: str, path: str, **request: Any) -> httpx2.Response:  # noqa: ANN401 - what the client takes
        """A call that succeeds."""
        answer = self.ask(method, path, **request)

        assert answer.status_code in {200, 204}, answer.text

        return answer

    def ask(self, method: str, path: str, *, at: str | None = None, **request: Any) -> httpx2.Response:  # noqa: ANN401 - what the client takes
        headers = self.headers if at is None else self.headers | {"X-Sandbox-At": at}
        return self.client.request(method, path, headers=headers, **request)

    def read(self, at: str | None = None) -> Body:
        """The vehicle as it is now, or at an instant."""
        body: Body = self.call("GET", self.car, at=at).json()
        return body

    def update(self, **changed: Any) -> Body:  # noqa: ANN401 - the members of a body
        body: Body = self.call("PUT", self.car, json=changed).json()
        return body

    def current(self, at: str | None = None) -> Body | None:
        """The session for which the vehicle is plugged in."""
        found: Body | None = self.call("GET", f"{self.car}/sessions/current", at=at).json()["session"]
        return found

    def sessions(self, at: str | None = None) -> list[Body]:
        """The completed sessions, latest first."""
        query = {"from": "2026-01-01", "to": "2026-12-31", "limit": 200}
        items: list[Body] = self.call("GET", f"{self.car}/sessions", at=at, params=query).json()["items"]
        return items

    def boost(self, method: str = "POST") -> httpx2.Response:
        return self.ask(method, f"{self.car}/boost")

    def set_week(self, percent: float = 80, by: str = "07:00", timezone: str = "Europe/Berlin", **days: Body) -> Body:
        """Sets the same for each day, unless something else is given for it, and enables the policy."""
        week = {day: {"charge_percentage": percent, "charge_deadline": by} | days.get(day, {}) for day in WEEKDAYS}
        body: Body = self.call("PUT", f"{self.car}/charge-policy", json=week | {"timezone": timezone}).json()
        self.update(is_charge_policy_enabled=True)
        return body

    def simulate(self, event: str, **more: object) -> httpx2.Response:
        """Makes an event happen to the vehicle."""
        return self.client.post(f"{WORLDS}/{self.world}/simulate", json={"event": event, "id": self.id, **_named(more)})

    def plug_in(self, **more: object) -> None:
        answer = self.simulate("plug_in", **more)

        assert answer.status_code == 200, answer.text

    def advance(self, by: str) -> None:
        self.sandbox.advance(by, self.world)

    def charge(self, path: str, at: str | None = None) -> Body:
        """The answer of a GET of Charge's API."""
        body: Body = self.sandbox.charge(path, world=self.world, at=at).json()
        return body

    def charge_vehicle(self) -> str:
        """The id of the vehicle at Charge."""
        [[found]] = self.sandbox.kept.rows("SELECT DISTINCT id FROM vehicle WHERE uuid = :uuid", uuid=self.id)
        return str(found)


def _named(more: dict[str, object]) -> dict[str, object]:
    """The members of a body, of which `for` is written `for_`."""
    return {name.rstrip("_"): value for name, value in more.items()}
