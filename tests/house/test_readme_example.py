"""What the README shows of driving time is what happens: the ids, the instants and the amounts."""

import json
import re
from pathlib import Path
from typing import Any, Final

from tests.conftest import Sandbox

README: Final = Path(__file__).resolve().parents[2] / "README.md"
WORLDS: Final = "/_sandbox/v1/worlds"


def section() -> str:
    """The README's section about time."""
    return README.read_text("utf-8").split("\n## Move the clock\n")[1].split("\n## ")[0]


def test_the_ids_are_those_of_every_village(sandbox: Sandbox) -> None:
    """Whoever pastes the lines starts the session that is shown, and finds the car and the user that are named."""
    told, world = section(), village(sandbox)
    order = {name: value for name, value in world["sample"]["charge"].items() if name != "fleet"}
    started = sandbox.start("demo").json()

    assert set(re.findall(r"(?:chst|drv|veh|pm)_\w+", told)) <= set(order.values())
    assert set(re.findall(r"cs_\w{32}", told)) == {started["id"]}
    assert world["sample"]["cariqa"]["active_user_id"] in told
    assert all(world["credentials"]["podero"][name] in told for name in ("org_id", "user_id", "electric_vehicle_id"))


def test_the_session_comes_to_what_is_shown(sandbox: Sandbox) -> None:
    """It is full then, with so much energy for so much money, and Podero shows it too."""
    told = section()
    village(sandbox)
    started = sandbox.start("demo").json()["id"]
    at = until(sandbox, started, "completed")
    shown = sandbox.charge(f"/v1/charging_sessions/{started}", world="demo").json()
    until(sandbox, started, "unplugged")
    driven = sandbox.podero(world="demo", from_="2026-03-04", to="2026-03-04").json()

    assert f'"to":"{at}"' in told
    assert f'"amount_due":{shown["amount_due"]},"amount_paid":0' in told
    assert f'"energy_consumed":{shown["energy_consumed"]}' in told
    assert f'{{"total":{driven["total"]},"items":[{{"id":"{driven["items"][0]["id"]}"' in told


def test_the_cariqa_session_comes_to_what_is_shown(sandbox: Sandbox) -> None:
    """It is finished, billed and paid."""
    told = section()
    user = village(sandbox)["sample"]["cariqa"]["active_user_id"]
    before = sandbox.cariqa(user, world="demo", page_size=1).json()
    until(sandbox, before["results"][0]["id"], "settled")
    after = sandbox.cariqa(user, world="demo", page_size=1).json()["results"][0]

    assert f'{{"count":{before["count"]},…"results":[{{"id":"{after["id"]}"' in told
    assert f'"consumed_energy":"{after["consumed_energy"]}"' in told
    assert f'"invoice_summary":"{after["session_cost"]["invoice_summary"]}"' in told


def test_somebody_unplugs_when_it_is_shown(sandbox: Sandbox) -> None:
    """The event that is shown after it happens in a village that has been put back."""
    told = README.read_text("utf-8").split("\n## Events outside the APIs\n")[1].split("\n## ")[0]
    order = json.loads(re.findall(r"--json '(.*?)'", told)[0])
    village(sandbox)
    happened = sandbox.client.post(f"{WORLDS}/demo/simulate", json=order).json()

    assert f'"at":"{happened["at"]}"' in told
    assert [each["to"] for each in happened["transitions"]][-2:] == ["unplugged", "settled"]


def village(sandbox: Sandbox) -> dict[str, Any]:
    """The world that the README makes."""
    body: dict[str, Any] = sandbox.client.post(WORLDS, json={"name": "demo"}).json()
    return body


def until(sandbox: Sandbox, session: str, status: str) -> str:
    """Goes on until a session has a status; where the clock is then."""
    asked = {"until": {"id": session, "status": status}}
    return str(sandbox.client.post(f"{WORLDS}/demo/clock/advance", json=asked).json()["to"])
