"""Stories: random calls that people make of a world, and the bodies they are answered with."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st

from tests.databases import Kept
from tests.laws.callers import EVER, RESERVATIONS, SESSIONS, Caller

Step = tuple[str, int, int]
"""What is done, and two numbers that say with whom and where."""

STEPS: Final = st.tuples(
    st.sampled_from(["start", "start", "limited", "stray", "end", "end", "advance", "advance", "sessions", "lists"]),
    st.integers(0, 99),
    st.integers(0, 99),
)
STORIES: Final = st.lists(STEPS, min_size=2, max_size=12)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what a story may be about: drivers with their cars and cards, and connectors of stations."""

    people: list[tuple[str, str, str]]
    connectors: list[tuple[str, str]]


@cache
def cast(kept: Kept, world: str = "default") -> Cast:
    """The cast of a world of a made database, in an order that is the same in every database."""
    [[number]] = kept.rows("SELECT n FROM world WHERE name = :world AND state = 'open'", world=world)
    people = kept.rows(
        "SELECT driver.id, vehicle.id, payment_method.id FROM driver"
        " JOIN vehicle ON vehicle.world = driver.world AND vehicle.driver = driver.id"
        " JOIN payment_method ON payment_method.world = driver.world AND payment_method.driver = driver.id"
        " WHERE driver.world = :world ORDER BY 1, 2, 3",
        world=number,
    )
    connectors = kept.rows(
        "SELECT station, id FROM connector WHERE world = :world AND evse_id NOT LIKE '%*HOM*%' ORDER BY 1, 2",
        world=number,
    )
    return Cast([tuple(row) for row in people], [tuple(row) for row in connectors])


@dataclass(slots=True)
class Teller:
    """Somebody who makes a story's calls, and remembers the sessions that came of them."""

    somebody: Caller
    cast: Cast
    started: list[str] = field(default_factory=list)

    def tells(self, story: list[Step]) -> list[Any]:
        """The bodies that the calls are answered with; a refusal without its request's id, which is random."""
        bodies = []
        for step in story:
            body = self._answer(step)
            if body.get("object") == "charging_session" and body["id"] not in self.started:
                self.started.append(body["id"])
            bodies.append({name: value for name, value in body.items() if name != "request"})
        return bodies

    def _answer(self, step: Step) -> dict[str, Any]:
        what, one, other = step
        body: dict[str, Any]
        if what in {"start", "limited", "stray"}:
            body = self.somebody.post(SESSIONS, self._order(step)).json()
        elif what == "end":
            known = self.started or [row["id"] for row in self.somebody.rows(SESSIONS, "&status=active")]
            named = known[one % len(known)] if known else "cs_None"
            body = self.somebody.post(f"{SESSIONS}/{named}/end").json()
        elif what == "advance":
            body = self.somebody.advance(f"PT{one}M{other}.{one:03d}S").json()
        elif what == "sessions":
            driver = self.cast.people[one % len(self.cast.people)][0]
            body = self.somebody.get(f"{SESSIONS}?limit={1 + other}&driver={driver}").json()
        else:
            paths = [RESERVATIONS, *self.somebody.users, *(f"{path}?{EVER}" for path in self.somebody.cars)]
            body = self.somebody.get(paths[one % len(paths)]).json()
        return body

    def _order(self, step: Step) -> dict[str, Any]:
        what, one, other = step
        driver, car, card = self.cast.people[one % len(self.cast.people)]
        station, connector = self.cast.connectors[other % len(self.cast.connectors)]
        return {
            "charging_station": station,
            "connector": connector,
            "driver": driver,
            "vehicle": "veh_Stray" if what == "stray" else car,
            "payment_method": card if other % 7 else "pm_MagicCardFailsAtSettlement000000",
            "session_limit": 1 + 100 * other if what == "limited" else None,
        }


def overlaps(kept: Kept) -> list[tuple[str, str]]:
    """Pairs of sessions that hold the same connector, car or driver at one time."""
    found = kept.rows(
        "SELECT a.id, b.id FROM session a JOIN session b ON a.world = b.world AND a.n < b.n"
        " AND a.created_at < b.unplugged_at AND b.created_at < a.unplugged_at"
        " AND (a.station || a.connector = b.station || b.connector OR a.vehicle = b.vehicle OR a.driver = b.driver)"
        " WHERE a.world = (SELECT n FROM world WHERE name = 'default' AND state = 'open')"
    )
    return [tuple(row) for row in found]
