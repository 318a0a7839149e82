"""A UUID in capitals is the same as in lower case, wherever it comes in; answers show it in lower case (RFC 9562)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import httpx2
import orjson
import pytest

from app.domain.ids import canonical
from tests.conftest import HAMLET, Sandbox, podero_path

WORLDS: Final = "/_sandbox/v1/worlds"
UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
IDS: Final = ("org_id", "user_id", "electric_vehicle_id")


def test_paths_of_vendors_take_capitals(untouched: Sandbox) -> None:
    """Cariqa's user and Podero's three ids are found, and have the same sessions."""
    keys = untouched.opened()["credentials"]
    capitals = {name: value.upper() if name in IDS else value for name, value in keys["podero"].items()}
    headers = {"Authorization": f"Bearer {keys['podero']['token']}"}
    days = {"from": "2026-02-20", "to": "2026-03-04"}
    podero = [untouched.client.get(podero_path(it), params=days, headers=headers) for it in (keys["podero"], capitals)]
    cariqa = [untouched.cariqa(user) for user in (None, keys["cariqa"]["user_id"].upper())]

    for as_issued, in_capitals in (podero, cariqa):
        assert in_capitals.status_code == 200
        assert _rows(in_capitals) == _rows(as_issued) != []


def test_bodies_of_the_control_api_take_capitals(sandbox: Sandbox) -> None:
    """An event and an advance find a session, and show its id in lower case."""
    session = _charging(sandbox)
    capitals = session.upper()
    event = sandbox.client.post(
        f"{WORLDS}/default/simulate", json={"event": "unplug", "id": capitals, "at": "+PT1S"}
    ).json()
    until = {"until": {"id": capitals, "status": "completed"}}
    advanced = sandbox.client.post(f"{WORLDS}/default/clock/advance", json=until)

    assert event["id"] == session
    assert advanced.status_code == 200
    assert capitals not in advanced.text


def test_ids_of_charge_keep_their_case(sandbox: Sandbox) -> None:
    """An id that is no UUID is another in another case."""
    session = sandbox.charge(limit=1).json()["data"][0]["id"]
    swapped = f"cs_{session[3:].swapcase()}"

    assert sandbox.charge(f"/v1/charging_sessions/{swapped}").status_code == 404


def test_scenario_may_have_capitals(open_sandbox: Callable[..., Sandbox], tmp_path: Path) -> None:
    """A scenario whose UUIDs are in capitals, or only some of them, makes the same world."""
    sandbox, text = open_sandbox(scenarios=tmp_path), Path(HAMLET).read_text("utf-8")
    seen: set[str] = set()
    made = []
    texts = (
        text,
        "\ufeff" + UUID.sub(lambda match: match[0].upper(), text),
        UUID.sub(lambda match: _first_in_capitals(match[0], seen), text),
    )
    for n, written in enumerate(texts):
        file = tmp_path / f"hamlet{n}.yaml"
        file.write_text(written, "utf-8")
        answer = sandbox.client.post(WORLDS, json={"name": f"made{n}", "scenario": file.stem, "seed": 3})
        assert answer.status_code == 201, answer.text
        made.append(_content(sandbox, f"made{n}"))

    assert made[0] == made[1] == made[2]


def test_import_may_have_capitals(sandbox: Sandbox) -> None:
    """An exported file whose UUIDs are in capitals becomes the same world, and ids that clash are still refused."""
    exported = sandbox.client.get(f"{WORLDS}/default/export").text
    capitals = UUID.sub(lambda match: match[0].upper(), exported)
    again = _import(sandbox, "again", capitals)
    clashing = orjson.loads(exported)
    clashing["sessions"][1]["uuid"] = clashing["sessions"][0]["uuid"].upper()

    assert again.status_code == 201
    assert _content(sandbox, "again") == _content(sandbox, "default")
    assert _import(sandbox, "clashing", orjson.dumps(clashing).decode()).status_code == 400


@pytest.mark.parametrize("text", ["user_id", "DE*WTF*E0001*1", "A" * 36, "CS_" + "A" * 32])
def test_other_ids_are_not_changed(text: str) -> None:
    """Only the form of a UUID is put into lower case."""
    assert canonical(text) == text


def _first_in_capitals(uuid: str, seen: set[str]) -> str:
    """The UUID in capitals where it is written for the first time, so that what refers to it is in lower case."""
    if uuid in seen:
        return uuid
    seen.add(uuid)
    return uuid.upper()


def _rows(answer: httpx2.Response) -> Any:  # noqa: ANN401 - rows of JSON
    body = answer.json()
    return body.get("results") or body["items"]


def _charging(sandbox: Sandbox) -> str:
    """The UUID of a session that is active."""
    user = sandbox.opened()["sample"]["cariqa"]["active_user_id"]
    rows = sandbox.cariqa(user).json()["results"]
    return str(next(row["id"] for row in rows if row["is_active"]))


def _content(sandbox: Sandbox, name: str) -> dict[str, Any]:
    """What a world holds besides its name and its scenario's."""
    held: dict[str, Any] = sandbox.client.get(f"{WORLDS}/{name}/export").json()
    return {
        **held,
        "world": {key: held["world"][key] for key in held["world"] if key not in {"name", "scenario", "fingerprint"}},
    }


def _import(sandbox: Sandbox, name: str, text: str) -> httpx2.Response:
    headers = {"Content-Type": "application/json"}
    return sandbox.client.post(f"{WORLDS}/import?name={name}", content=text.encode(), headers=headers)
