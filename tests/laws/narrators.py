"""Narrators: each makes a world, tells a story of calls in it, and keeps every answer to the byte."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import httpx2
from hypothesis import strategies as st

from tests.conftest import HAMLET
from tests.databases import Kept
from tests.laws.callers import EVER, RESERVATIONS, SESSIONS, caller
from tests.laws.stories import STEPS, Step, Teller
from tests.laws.stories import cast as cast_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient

WORLDS: Final = "/_sandbox/v1/worlds"
ORIGINS: Final = (("village", 1), ("village", 2), (HAMLET, 7), ("documented", 1), ("fault_parade", 1), ("village", 5))
"""Scenarios and seeds. The tests make a template of each but the last beforehand."""
HAPPENINGS: Final[tuple[tuple[str, dict[str, str]], ...]] = (
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
MORE: Final = ("to", "until", "until", "simulate", "simulate", "token", "past", "clock", "reset", "fork")

Plot = tuple[tuple[str, int], list[Step]]
"""Where a world comes from, and what is done in it."""

PLOTS: Final = st.tuples(
    st.sampled_from(ORIGINS),
    st.lists(st.tuples(st.sampled_from(MORE), st.integers(0, 99), st.integers(0, 99)) | STEPS, min_size=2, max_size=10),
)

_BY_CHANCE: Final = re.compile(rb'req_[A-Za-z0-9]{32}|(?<="access_token":")[A-Za-z0-9]+')

Answer = tuple[str, int, tuple[str | None, ...], bytes]
"""What was called, and how it was answered: status, world and instant, and the body without what is made by chance."""


@dataclass(slots=True)
class Recorder:
    """Calls as a client does, and keeps the answers; `secrets` are what no two worlds have in common."""

    client: httpx2.Client
    told: list[Answer] = field(default_factory=list)
    secrets: list[bytes] = field(default_factory=list)

    def get(self, path: str, **sent: Any) -> httpx2.Response:  # noqa: ANN401 - as the client has it
        return self.request("GET", path, **sent)

    def post(self, path: str, **sent: Any) -> httpx2.Response:  # noqa: ANN401 - as the client has it
        return self.request("POST", path, **sent)

    def request(self, method: str, path: str, **sent: Any) -> httpx2.Response:  # noqa: ANN401 - as the client has it
        answer = self.client.request(method, path, **sent)
        marks = tuple(answer.headers.get(name) for name in ("x-sandbox-world", "x-sandbox-now", "location", "allow"))
        self.told.append((f"{method} {path}", answer.status_code, marks, self.masked(answer.content)))
        return answer

    def masked(self, body: bytes) -> bytes:
        for secret in self.secrets:
            body = body.replace(secret, b"(secret)")
        return _BY_CHANCE.sub(b"(by chance)", body)


class Narrator:
    """Tells one plot on one server, in a world of the name given."""

    def __init__(self, client: httpx2.Client, kept: Kept, name: str, plot: Plot) -> None:
        self.name = name
        self.begun = False
        self._record = Recorder(client)
        self._kept = kept
        (self._scenario, self._seed), self.story = plot
        self._forks = 0

    def tells(self) -> list[Answer]:
        """All of the story at once."""
        for _ in range(len(self.story) + 2):
            self.goes_on()
        return self._record.told

    def goes_on(self) -> None:
        """One step further: the world is made, then lived in, and looked at in the end."""
        if not self.begun:
            self._begins()
        elif self.story:
            self._does(self.story[0])
            self.story = self.story[1:]
        else:
            self._looks_back()

    @property
    def told(self) -> list[Answer]:
        return self._record.told

    def _begins(self) -> None:
        wanted = {"name": self.name, "scenario": self._scenario, "seed": self._seed}
        made = self._record.client.post(WORLDS, json=wanted)
        assert made.status_code == httpx2.codes.CREATED, made.text
        self._keep_secret(made.json())
        self._record.told.append(("made", made.status_code, (), self._record.masked(made.content)))
        self._somebody = caller(cast("TestClient", self._record), self._kept, self.name)
        self._teller = Teller(self._somebody, cast_of(self._kept, self.name))
        self.begun = True

    def _looks_back(self) -> None:
        """At all that vendors show, now and later, and at every row there is."""
        for at in (None, "2026-12-31T00:00:00Z"):
            self._somebody.everything(at)
        self._record.get(f"{WORLDS}/{self.name}")
        self._record.get(f"{WORLDS}/{self.name}/export")

    def _does(self, step: Step) -> None:
        what, one, other = step
        if what == "to":
            to = self._now() + timedelta(minutes=one - 5, milliseconds=7 * other)
            self._steers("clock/advance", {"to": to.isoformat(timespec="milliseconds")})
        elif what == "until":
            until = {"id": self._known(one), "status": STATUSES[other % len(STATUSES)]}
            self._steers("clock/advance", {"until": until})
        elif what == "simulate":
            event, more = HAPPENINGS[other % len(HAPPENINGS)]
            self._steers("simulate", {"event": event, "id": self._about(event, one), **more})
        elif what == "token":
            self._asks_for_a_token()
        elif what == "past":
            at = self._now() + timedelta(hours=one - 60, seconds=other)
            paths = [SESSIONS, RESERVATIONS, *self._somebody.users, *(f"{it}?{EVER}" for it in self._somebody.cars)]
            self._somebody.get(paths[other % len(paths)], at.isoformat(timespec="milliseconds"))
        elif what == "clock":
            self._record.get(f"{WORLDS}/{self.name}/clock")
        elif what == "reset":
            self._somebody.reset()
        elif what == "fork":
            self._forks_the_world()
        else:
            self._teller.tells([step])

    def _steers(self, how: str, body: dict[str, Any]) -> None:
        self._record.post(f"{WORLDS}/{self.name}/{how}", json=body)

    def _forks_the_world(self) -> None:
        """The fork is as its world, and goes again."""
        self._forks += 1
        name = f"{self.name}-{self._forks}"
        made = self._record.client.post(WORLDS, json={"name": name, "fork": self.name})
        assert made.status_code == httpx2.codes.CREATED, made.text
        self._keep_secret(made.json())
        caller(cast("TestClient", self._record), self._kept, name).everything()
        self._record.request("DELETE", f"{WORLDS}/{name}")

    def _asks_for_a_token(self) -> None:
        keys = self._record.client.get(f"{WORLDS}/{self.name}").json()["credentials"]["podero"]
        client = (keys["client_id"], keys["client_secret"])
        asked = {"grant_type": "client_credentials"}
        token = self._record.post("/oauth2/token/", json=asked, auth=client).json()["access_token"]
        for car in self._somebody.cars[:1]:
            self._record.get(f"{car}?{EVER}", headers={"Authorization": f"Bearer {token}"})

    def _now(self) -> datetime:
        return datetime.fromisoformat(self._record.get(f"{WORLDS}/{self.name}/clock").json()["now"])

    def _known(self, one: int) -> str:
        """Something that may be waited for: what was started here, or what is going on."""
        rows = [*self._somebody.get(SESSIONS).json()["data"], *self._somebody.get(RESERVATIONS).json()["data"]]
        known = [*self._teller.started, *(row["id"] for row in rows)]
        known += [each["id"] for user in self._somebody.users for each in self._somebody.get(user).json()["results"]]
        return known[one % len(known)] if known else "cs_Nobody"

    def _about(self, event: str, one: int) -> str:
        named = {"station_silent": "charging_station", "card_declined": "payment_method"}.get(event)
        if named is None:
            return self._known(one)
        rows = self._somebody.get(SESSIONS).json()["data"]
        return str(rows[one % len(rows)][named]) if rows else "nobody"

    def _keep_secret(self, world: dict[str, Any]) -> None:
        keys = world["credentials"]
        self._record.secrets += [
            value.encode()
            for value in (
                keys["charge"]["secret_key"],
                keys["cariqa"]["token"],
                *(keys["podero"][name] for name in ("client_id", "client_secret", "token")),
            )
        ]
