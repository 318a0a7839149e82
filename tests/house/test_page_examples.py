"""The examples of the pages show real answers: ids, instants and amounts."""

import json
import re
from pathlib import Path
from typing import Any, Final

from tests.conftest import Sandbox

DOCS: Final = Path(__file__).resolve().parents[2] / "docs"
WORLDS: Final = "/_sandbox/v1/worlds"


def page(name: str) -> str:
    """The text of a page."""
    return (DOCS / f"{name}.md").read_text("utf-8")


def test_shown_ids_are_those_of_a_village(sandbox: Sandbox) -> None:
    """The pasted lines start the session that is shown, and name an existing vehicle and user."""
    text, world = page("time"), village(sandbox)
    body = {name: value for name, value in world["sample"]["charge"].items() if name not in {"fleet", "account"}}
    started = sandbox.start("demo").json()

    assert set(re.findall(r"(?:chst|drv|veh|pm)_\w+", text)) <= set(body.values())
    assert set(re.findall(r"cs_\w{32}", text)) == {started["id"]}
    assert world["sample"]["cariqa"]["active_user_id"] in text
    assert all(world["credentials"]["podero"][name] in text for name in ("org_id", "user_id", "electric_vehicle_id"))


def test_the_session_ends_as_shown(sandbox: Sandbox) -> None:
    """The session ends at the shown instant with the shown energy and amount, and Podero shows it too."""
    text = page("time")
    village(sandbox)
    started = sandbox.start("demo").json()["id"]
    at = until(sandbox, started, "completed")
    shown = sandbox.charge(f"/v1/charging_sessions/{started}", world="demo").json()
    until(sandbox, started, "unplugged")
    driven = sandbox.podero(world="demo", from_="2026-03-04", to="2026-03-04").json()

    assert f'"to":"{at}"' in text
    assert f'"amount_due":{shown["amount_due"]},"amount_paid":0' in text
    assert f'"energy_consumed":{shown["energy_consumed"]}' in text
    assert f'{{"total":{driven["total"]},"items":[{{"id":"{driven["items"][0]["id"]}"' in text


def test_the_cariqa_session_ends_as_shown(sandbox: Sandbox) -> None:
    """The session of Cariqa is finished, invoiced and paid with the shown amounts."""
    text = page("time")
    user = village(sandbox)["sample"]["cariqa"]["active_user_id"]
    before = sandbox.cariqa(user, world="demo", page_size=1).json()
    until(sandbox, before["results"][0]["id"], "settled")
    after = sandbox.cariqa(user, world="demo", page_size=1).json()["results"][0]

    assert f'{{"count":{before["count"]},…"results":[{{"id":"{after["id"]}"' in text
    assert f'"consumed_energy":"{after["consumed_energy"]}"' in text
    assert f'"invoice_summary":"{after["session_cost"]["invoice_summary"]}"' in text


def test_the_unplug_event_happens_as_shown(sandbox: Sandbox) -> None:
    """The event of the page happens at the shown instant in a new village."""
    text = page("events")
    body = json.loads(re.findall(r"--json '(.*?)'", text)[0])
    village(sandbox)
    happened = sandbox.client.post(f"{WORLDS}/demo/simulate", json=body).json()

    assert f'"at":"{happened["at"]}"' in text
    assert [each["to"] for each in happened["transitions"]][-2:] == ["unplugged", "settled"]


def test_the_table_of_an_advance_is_as_shown(sandbox: Sandbox) -> None:
    """The command line shows the transitions of a fork of `documented` until its session is settled."""
    text = page("command-line")
    sandbox.client.post(WORLDS, json={"name": "mine", "fork": "documented"})
    (named,) = set(re.findall(r"cs_\w{32}", text))
    until = {"until": {"id": named, "status": "settled"}}
    advanced = sandbox.client.post(f"{WORLDS}/mine/clock/advance", json=until).json()

    assert re.findall(r"^(2026-\S+Z)  .*?((?:res|cs)_\w+)", text, re.MULTILINE) == [
        (each["at"], each["id"]) for each in advanced["transitions"]
    ]
    assert f"World mine went from {advanced['from']} to {advanced['to']}." in text


def test_the_link_to_the_invoice_is_there_as_shown(sandbox: Sandbox) -> None:
    """After the shown advance, the newest session has the shown link."""
    text = page("front-end")
    (named,) = re.findall(r"clock demo --until (\S+) settled", text)
    user = village(sandbox)["sample"]["cariqa"]["active_user_id"]
    until(sandbox, named, "settled")
    cost = sandbox.cariqa(user, world="demo", page_size=1).json()["results"][0]["session_cost"]

    assert re.findall(r"/invoices/\S+\.pdf", text) == [cost["invoice_download"][-len("/invoices/") - 40 :]]
    assert sandbox.client.get(cost["invoice_download"]).status_code == 200


def village(sandbox: Sandbox) -> dict[str, Any]:
    """Creates the world of the examples."""
    body: dict[str, Any] = sandbox.client.post(WORLDS, json={"name": "demo"}).json()
    return body


def until(sandbox: Sandbox, session: str, status: str) -> str:
    """Advances until a session has a status; the instant at which the clock stops."""
    asked = {"until": {"id": session, "status": status}}
    return str(sandbox.client.post(f"{WORLDS}/demo/clock/advance", json=asked).json()["to"])
