"""A world of a scenario that goes on is planned as its clock moves; any other one says that it has ended."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from starlette.applications import Starlette

from app.domain.clock import DAY, instant
from app.main import create_app
from tests.conftest import Sandbox, settings
from tests.control.test_callers_who_hold_up import GONE, Call
from tests.control.worlds import WORLDS, create_world
from tests.laws.planned_days import FOLDER
from tests.worlds.test_templates import until

pytestmark = pytest.mark.slow

JSON: Final = {"Content-Type": "application/json"}
OK: Final = 200


@pytest.fixture
def lasting(open_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """A sandbox that knows the croft, with a world `croft` of it."""
    sandbox = open_sandbox(scenarios=FOLDER)
    create_world(sandbox, name="croft", scenario="croft")
    return sandbox


def clock(sandbox: Sandbox, name: str) -> dict[str, Any]:
    """The clock of a world, which every answer that shows it shows alike."""
    body: dict[str, Any] = sandbox.client.get(f"{WORLDS}/{name}/clock").json()
    listed = {each["name"]: each["clock"] for each in sandbox.client.get(WORLDS).json()["worlds"]}

    assert sandbox.world(name)["clock"] == listed[name] == body
    return body


def export(sandbox: Sandbox, name: str) -> bytes:
    return sandbox.client.get(f"{WORLDS}/{name}/export").content


def test_worlds_made_of_one_that_goes_on_go_on(lasting: Sandbox) -> None:
    """A fork, an import and a reset of it go on; worlds of other scenarios do not."""
    create_world(lasting, name="fork", fork="croft")
    lasting.client.post(f"{WORLDS}/import?name=import", content=export(lasting, "croft"), headers=JSON)
    lasting.client.post(f"{WORLDS}/croft/reset")

    assert {name: clock(lasting, name)["goes_on"] for name in ("croft", "fork", "import", "default", "documented")} == {
        "croft": True,
        "fork": True,
        "import": True,
        "default": False,
        "documented": False,
    }


def test_an_import_of_another_scenario_ends(lasting: Sandbox) -> None:
    """If this server's scenario of that name is another one, no days of it are added to the imported world."""
    file = json.loads(export(lasting, "croft"))
    file["world"]["fingerprint"] = "0" * 16
    lasting.client.post(f"{WORLDS}/import?name=other", content=json.dumps(file), headers=JSON)

    assert clock(lasting, "other")["goes_on"] is False
    assert "note" in lasting.advance("P20D", "other").json()


def test_days_are_planned_before_a_clock_that_stands_still_is_moved(lasting: Sandbox) -> None:
    """An advance far beyond the horizon lists what happens there, and the days to come are planned as well."""
    horizon = clock(lasting, "croft")["horizon"]
    lasting.advance("P30D", "croft")
    last = lasting.advance("P1D", "croft").json()
    after = clock(lasting, "croft")

    assert last["from"] > horizon
    assert {each["kind"] for each in last["transitions"]} == {"charging_session", "reservation"}
    assert instant(after["horizon"]) == instant(after["now"]) // DAY * DAY + 4 * DAY
    assert "note" not in last


def test_an_advance_beyond_the_end_says_so(lasting: Sandbox) -> None:
    """A world that ends has a note in the answer from its horizon on, and none before."""
    before, beyond = lasting.advance("P1D").json(), lasting.advance("P30D").json()
    shown = clock(lasting, "default")

    assert "note" not in before
    assert shown["horizon"] in beyond["note"]
    assert shown["goes_on"] is False
    assert shown["horizon"] < shown["now"]


def test_a_fork_goes_on_like_its_origin(lasting: Sandbox) -> None:
    """The same advance lists the same transitions in both."""
    lasting.advance("P9D", "croft")
    create_world(lasting, name="fork", fork="croft")

    assert lasting.advance("P20D", "fork").json() == lasting.advance("P20D", "croft").json()


def test_an_import_goes_on_like_its_origin(lasting: Sandbox) -> None:
    """After days were planned, an import of the export is exported alike, and advances alike."""
    lasting.advance("P9D", "croft")
    raw = export(lasting, "croft")
    lasting.client.post(f"{WORLDS}/import?name=again", content=raw, headers=JSON)

    assert export(lasting, "again") == raw.replace(b'"name":"croft"', b'"name":"again"', 1)
    assert lasting.start("again").json()["id"] == lasting.start("croft").json()["id"]
    assert lasting.advance("P20D", "again").json() == lasting.advance("P20D", "croft").json()


@contextmanager
def second(sandbox: Sandbox) -> Iterator[Starlette]:
    """Another server on the database of a sandbox."""
    app = create_app(settings(sandbox.kept, scenarios=FOLDER))
    yield app
    app.state.context.directory.database.close()


def advance_of(app: Starlette, by: str) -> Call:
    return Call(app, json.dumps({"by": by}).encode())


def test_two_advances_at_once_move_the_clock_by_both(lasting: Sandbox) -> None:
    """Each of them is answered with what happens on its own way, and no day is left out or there twice."""
    before = clock(lasting, "croft")

    async def both() -> list[dict[str, Any]]:
        with second(lasting) as app:
            calls = [advance_of(app, by) for by in ("P8D", "P16D")]
            await asyncio.gather(*(call.made("POST", f"{WORLDS}/croft/clock/advance") for call in calls))
        return [json.loads(call.content) for call in calls]

    first, last = sorted(asyncio.run(both()), key=lambda body: body["from"])
    create_world(lasting, name="once", scenario="croft")
    lasting.advance("P24D", "once")

    assert first["from"] == before["now"]
    assert first["to"] == last["from"]
    assert clock(lasting, "croft") == clock(lasting, "once")
    assert days_of(lasting, "croft") == days_of(lasting, "once")


def days_of(sandbox: Sandbox, name: str) -> list[str]:
    """The ids of a world's sessions, in the order of their creation."""
    found = sandbox.kept.rows(
        "SELECT id FROM session WHERE world = (SELECT n FROM world WHERE name = :name AND state = 'open')"
        " ORDER BY created_at",
        name=name,
    )
    return [row.id for row in found]


def test_a_clock_stays_when_its_caller_hangs_up(lasting: Sandbox) -> None:
    """While days are planned others are answered; when the caller leaves, planning stops, and the clock stays."""
    before = clock(lasting, "croft")
    sessions = len(days_of(lasting, "croft"))

    async def leave() -> tuple[Call, Call]:
        with second(lasting) as app:
            call = advance_of(app, "P366D")
            task = asyncio.create_task(call.made("POST", f"{WORLDS}/croft/clock/advance"))
            await until(lambda: asyncio.sleep(0, len(days_of(lasting, "croft")) > sessions + 40))
            other = await Call(app).made("GET", f"{WORLDS}/croft/clock")
            call.hung_up.set()
            await task
        return call, other

    call, other = asyncio.run(leave())

    assert (call.status, other.status) == (GONE, OK)
    assert clock(lasting, "croft")["now"] == json.loads(other.content)["now"] == before["now"]
    assert clock(lasting, "croft")["horizon"] < "2026-12"
