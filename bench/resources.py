"""The lists of everything that Charge has, each beside the list of sessions for as many bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from . import loads, table
from .connections import one_by_one, request
from .default_world import World
from .loads import TEN, Target
from .run import Run, attempt
from .table import Row

_MOST: Final = 100
"""The most objects of a page."""
_LEAST_EXPANDED: Final = 0.4
_PERIOD: Final = {"period_start": "2026-01-01T00:00:00Z", "period_end": "2026-01-01T00:00:01Z"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A list with its bar, a member that it can expand, and a body that creates what the world has too few of."""

    name: str
    expands: str | None = None
    least: float = 0.5
    body: Mapping[str, Any] | None = None

    @property
    def path(self) -> str:
        return f"/v1/{self.name}"

    @property
    def title(self) -> str:
        return f"ten {self.name.replace('_', ' ')}"


LISTS: Final = (
    Listed("charging_sessions", "driver"),
    Listed("charging_stations", least=0.35),
    Listed("drivers", "vehicles"),
    Listed("invoices", body=_PERIOD),
    Listed("payment_methods", "driver"),
    Listed("policies", body={"mode": "suggestion", "name": "Days", "rules": {"max_price_per_kwh": 25}}),
    Listed("reports", "account", body={"parameters": {"type": "charging_summary", **_PERIOD}}),
    Listed("reservations", "charging_station"),
    Listed("transactions", "charging_session"),
    Listed("vehicles", "drivers"),
    Listed("webhook_endpoints", body={"url": "https://example.com/hook", "enabled_events": ["report.succeeded"]}),
)
"""All lists of Charge but that of fleets, whose totals depend on their sessions (`crowd`)."""


def rows(run: Run) -> Iterator[Row]:
    """A row for each list, and one for each that expands something."""
    with run.server("resources") as server:
        world = World(server)
        for listed in LISTS:
            yield from attempt(listed.title, _list(run, world, listed))


def beside_sessions(run: Run, world: World, page: Target, least: float) -> Row:
    """A page beside the page of sessions that has about as many bytes."""
    size, of_ten = len(page.read()), len(world.completed().read())
    number = min(_MOST, max(1, round(TEN * size / of_ten)))
    filters = {"status": "completed", "limit": str(number)}
    sessions = Target(f"{number} completed sessions", *_rest(world.sessions("", filters)), rows=None)
    run.say(f"{page.title} beside {sessions.title}")
    ours, theirs = loads.compared([page, sessions], run.short())
    return table.beside_row(page.title, ours, sessions.title, theirs, least)


def _list(run: Run, world: World, listed: Listed) -> Iterator[Row]:
    if listed.body is not None:
        create = request("POST", listed.path, world.charge, listed.body)
        one_by_one(world.server, [create] * TEN)
    path = f"{listed.path}?limit={TEN}"
    page = Target(listed.title, world.server, path, world.charge)
    yield beside_sessions(run, world, page, listed.least)
    if listed.expands is not None:
        title = f"{listed.title}, each with {listed.expands.replace('_', ' ')}"
        expanded = Target(title, world.server, f"{path}&expand={listed.expands}", world.charge)
        yield beside_sessions(run, world, expanded, _LEAST_EXPANDED)


def _rest(target: Target) -> tuple[Any, str, str]:
    return target.server, target.path, target.key
