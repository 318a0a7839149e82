"""Runs: each creates a world, makes random calls in it, and records every answer byte for byte."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import httpx2
from hypothesis import strategies as st

from tests.databases import Kept
from tests.laws.random_calls import CALLS, Call, CallRunner, inventory
from tests.laws.world_client import ALL_DAYS, RESERVATIONS, SESSIONS, world_client
from tests.link_keys import without_link_keys

if TYPE_CHECKING:
    from starlette.testclient import TestClient

WORLDS: Final = "/_sandbox/v1/worlds"
SCENARIOS: Final = (
    *(("village", 1), ("village", 2), ("hamlet", 7)),
    *(("documented", 1), ("fault_parade", 1), ("village", 5)),
)
"""Scenarios and seeds. The tests make a template of each but the last beforehand."""
EVENTS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
    ("unplug", {}),
    ("vehicle_full", {"at": "+PT7M"}),
    ("connector_fault", {"for": "PT20M"}),
    ("station_silent", {"at": "+PT1M", "for": "PT2H"}),
    ("payment_fails", {}),
    ("debt_paid", {"at": "+PT1H"}),
    ("card_declined", {}),
    ("charge_record_late", {"for": "PT5H"}),
)
STATUSES: Final = ("active", "completed", "failed", "cancelled", "unplugged", "settled", "confirmed", "expired")
CONTROL_CALLS: Final = ("to", "until", "until", "simulate", "simulate", "token", "past", "clock", "reset", "fork")

Plan = tuple[tuple[str, int], list[Call]]
"""Scenario and seed of a world, and the calls to be made in it."""

PLANS: Final = st.tuples(
    st.sampled_from(SCENARIOS),
    st.lists(
        st.tuples(st.sampled_from(CONTROL_CALLS), st.integers(0, 99), st.integers(0, 99)) | CALLS,
        min_size=2,
        max_size=10,
    ),
)

_RANDOM: Final = re.compile(rb'req_[A-Za-z0-9]{32}|(?<="access_token":")[A-Za-z0-9]+')

Answer = tuple[str, int, tuple[str | None, ...], bytes]
"""Method and path, status, headers that name world and instant, and the body without its random parts."""


@dataclass(slots=True)
class RecordingClient:
    """Sends requests and records the answers; `secrets` differ from world to world and are masked."""

    http: httpx2.Client
    answers: list[Answer] = field(default_factory=list)
    secrets: list[bytes] = field(default_factory=list)

    def get(self, path: str, **sent: Any) -> httpx2.Response:  # noqa: ANN401 - as the client has it
        return self.request("GET", path, **sent)

    def post(self, path: str, **sent: Any) -> httpx2.Response:  # noqa: ANN401 - as the client has it
        return self.request("POST", path, **sent)

    def request(self, method: str, path: str, **sent: Any) -> httpx2.Response:  # noqa: ANN401 - as the client has it
        answer = self.http.request(method, path, **sent)
        names = ("x-sandbox-world", "x-sandbox-now", "location", "allow")
        headers = tuple(answer.headers.get(name) for name in names)
        self.answers.append((f"{method} {path}", answer.status_code, headers, self.masked(answer.content)))
        return answer

    def masked(self, body: bytes) -> bytes:
        for secret in self.secrets:
            body = body.replace(secret, b"(secret)")
        return _RANDOM.sub(b"(random)", without_link_keys(body))


class RecordedRun:
    """Carries out a plan in a new world of the given name: all of it with `run`, or by `steps` calls of `step`."""

    def __init__(self, http: httpx2.Client, kept: Kept, name: str, plan: Plan) -> None:
        self.name = name
        self._record = RecordingClient(http)
        self._kept = kept
        (self._scenario, self._seed), self._calls = plan
        self._is_created = False
        self._forks = 0

    @property
    def answers(self) -> list[Answer]:
        return self._record.answers

    @property
    def steps(self) -> int:
        """The number of steps: one to create the world, one for each call, and one to read everything."""
        return len(self._calls) + 2

    def run(self) -> list[Answer]:
        """Takes all steps and returns all answers."""
        for _ in range(self.steps):
            self.step()
        return self.answers

    def step(self) -> None:
        """Creates the world, makes the next call, or reads everything in the end."""
        if not self._is_created:
            self._create()
        elif self._calls:
            self._make(self._calls[0])
            self._calls = self._calls[1:]
        else:
            self._read_everything()

    def _create(self) -> None:
        body = {"name": self.name, "scenario": self._scenario, "seed": self._seed}
        made = self._record.http.post(WORLDS, json=body)
        assert made.status_code == httpx2.codes.CREATED, made.text
        self._mask_keys(made.json())
        self._record.answers.append(("created", made.status_code, (), self._record.masked(made.content)))
        self._client = world_client(cast("TestClient", self._record), self._kept, self.name)
        self._runner = CallRunner(self._client, inventory(self._kept, self.name))
        self._is_created = True

    def _read_everything(self) -> None:
        """Reads what the vendors show, now and at the end of the year, and exports every row."""
        for at in (None, "2026-12-31T00:00:00Z"):
            self._client.everything(at)
        self._record.get(f"{WORLDS}/{self.name}")
        self._record.get(f"{WORLDS}/{self.name}/export")

    def _make(self, call: Call) -> None:
        kind, one, other = call
        if kind == "to":
            to = self._now() + timedelta(minutes=one - 5, milliseconds=7 * other)
            self._post("clock/advance", {"to": to.isoformat(timespec="milliseconds")})
        elif kind == "until":
            until = {"id": self._some_id(one), "status": STATUSES[other % len(STATUSES)]}
            self._post("clock/advance", {"until": until})
        elif kind == "simulate":
            event, more = EVENTS[other % len(EVENTS)]
            self._post("simulate", {"event": event, "id": self._id_for(event, one), **more})
        elif kind == "token":
            self._use_new_token()
        elif kind == "past":
            at = self._now() + timedelta(hours=one - 60, seconds=other)
            vehicles = (f"{path}?{ALL_DAYS}" for path in self._client.vehicle_paths)
            paths = [SESSIONS, RESERVATIONS, *self._client.user_paths, *vehicles]
            self._client.get(paths[other % len(paths)], at.isoformat(timespec="milliseconds"))
        elif kind == "clock":
            self._record.get(f"{WORLDS}/{self.name}/clock")
        elif kind == "reset":
            self._client.reset()
        elif kind == "fork":
            self._fork()
        else:
            self._runner.run([call])

    def _post(self, path: str, body: dict[str, Any]) -> None:
        self._record.post(f"{WORLDS}/{self.name}/{path}", json=body)

    def _fork(self) -> None:
        """Forks the world, reads everything in the fork, and deletes it."""
        self._forks += 1
        name = f"{self.name}-{self._forks}"
        made = self._record.http.post(WORLDS, json={"name": name, "fork": self.name})
        assert made.status_code == httpx2.codes.CREATED, made.text
        self._mask_keys(made.json())
        world_client(cast("TestClient", self._record), self._kept, name).everything()
        self._record.request("DELETE", f"{WORLDS}/{name}")

    def _use_new_token(self) -> None:
        keys = self._record.http.get(f"{WORLDS}/{self.name}").json()["credentials"]["podero"]
        client = (keys["client_id"], keys["client_secret"])
        body = {"grant_type": "client_credentials"}
        token = self._record.post("/oauth2/token/", json=body, auth=client).json()["access_token"]
        for path in self._client.vehicle_paths[:1]:
            self._record.get(f"{path}?{ALL_DAYS}", headers={"Authorization": f"Bearer {token}"})

    def _now(self) -> datetime:
        return datetime.fromisoformat(self._record.get(f"{WORLDS}/{self.name}/clock").json()["now"])

    def _some_id(self, one: int) -> str:
        """The id of a session that was started here, or of a session or reservation on a first page."""
        rows = [*self._client.get(SESSIONS).json()["data"], *self._client.get(RESERVATIONS).json()["data"]]
        known = [*self._runner.started, *(row["id"] for row in rows)]
        known += [row["id"] for path in self._client.user_paths for row in self._client.get(path).json()["results"]]
        return known[one % len(known)] if known else "cs_Unknown"

    def _id_for(self, event: str, one: int) -> str:
        """The id of something to which the event can happen."""
        field_name = {"station_silent": "charging_station", "card_declined": "payment_method"}.get(event)
        if field_name is None:
            return self._some_id(one)
        rows = self._client.get(SESSIONS).json()["data"]
        return str(rows[one % len(rows)][field_name]) if rows else "unknown"

    def _mask_keys(self, world: dict[str, Any]) -> None:
        keys = world["credentials"]
        self._record.secrets += [
            value.encode()
            for value in (
                keys["charge"]["secret_key"],
                keys["cariqa"]["token"],
                *(keys["podero"][name] for name in ("client_id", "client_secret", "token")),
            )
        ]
