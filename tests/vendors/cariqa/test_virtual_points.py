"""The eight virtual charging points are in every world, and Charge does not know them (CARIQA-022)."""

import lzma
from pathlib import Path
from typing import Final

import orjson
import pytest

from app.archive import archives
from app.main import VENDORS
from app.worlds import imports
from tests.conftest import Sandbox

pytestmark = pytest.mark.own_server

RELEASES: Final = Path(__file__).resolve().parents[2] / "releases"
WORLDS: Final = "/_sandbox/v1/worlds"
POINTS: Final = {
    "DE*CIQ*EWBNHHLM82TLA*1": 0,
    "IT*PWY*EP0078*01*02": 0,
    "DEQRMEF7GRC21": 0,
    "AT*VIE*E2334770022*2": 0,
    "DE*PWA*EALP22541X01617*01": 10,
    "DE*2GO*EMCD1520*1B*3": 10,
    "DE*EUL*EAUT0002*01": 10,
    "AT*HTB*EOCPI1*1": 10,
}
"""The documented EVSE ids, with the messages of progress of each."""
BERLIN: Final = {"latitude": 52.52, "longitude": 13.4, "radius": 50_000}


def test_every_world_has_them(sandbox: Sandbox) -> None:
    """Both lasting worlds, a new one, a fork and an import have them, in their countries and with their progress."""
    for body in ({"name": "new", "scenario": "empty"}, {"name": "forked", "fork": "new"}):
        assert sandbox.client.post(WORLDS, json=body).status_code == 201
    file = sandbox.client.get(f"{WORLDS}/new/export").content
    headers = {"Content-Type": "application/json"}
    assert sandbox.client.post(f"{WORLDS}/import?name=imported", content=file, headers=headers).status_code == 201

    numbers = dict(map(tuple, sandbox.kept.rows("SELECT name, n FROM world WHERE state = 'open'")))
    assert {"default", "documented", "new", "forked", "imported"} <= numbers.keys()
    for number in numbers.values():
        rows = sandbox.kept.rows(
            "SELECT c.evse_id, c.progress, s.country FROM connector c JOIN station s"
            " ON s.world = c.world AND s.id = c.station WHERE s.kind = 'virtual' AND s.world = :n",
            n=number,
        )
        assert {evse_id: progress for evse_id, progress, _ in rows} == POINTS
        assert all(evse_id.startswith(country) for evse_id, _, country in rows)


def test_export_without_them_gets_them() -> None:
    """A file of an earlier release has them after its import, and a file that has them is not changed."""
    raw = lzma.decompress((RELEASES / "0.4.0" / "export.json.xz").read_bytes())
    first = imports.completed(archives.read(raw, VENDORS), VENDORS)
    again = imports.completed(first, VENDORS)

    assert len(first.held["stations"]) == len(orjson.loads(raw)["stations"]) + len(POINTS)
    assert again.held == first.held


def test_point_of_a_scenario_takes_the_place(sandbox: Sandbox) -> None:
    """A file with another station under one of the EVSE ids keeps it, and gets the seven others."""
    file = sandbox.client.get(f"{WORLDS}/documented/export").json()
    for kind in ("stations", "connectors"):
        file[kind] = [each for each in file[kind] if "VirtualPoint" not in str(each)]
    file["connectors"][0]["evse_id"] = "DEQRMEF7GRC21"
    completed = imports.completed(archives.read(orjson.dumps(file), VENDORS), VENDORS)

    assert len(completed.held["stations"]) == len(file["stations"]) + len(POINTS) - 1


def test_other_vendors_do_not_show_them(sandbox: Sandbox) -> None:
    """Neither the list of stations nor the stations around a point names one, and it is not retrieved."""
    key = {"Authorization": "Bearer ch_sk_test_..."}
    [[station]] = sandbox.kept.rows(
        "SELECT DISTINCT c.station FROM connector c JOIN world w ON w.n = c.world AND w.name = 'documented'"
        " WHERE c.evse_id = 'DE*PWA*EALP22541X01617*01' AND w.state = 'open'"
    )
    listed = sandbox.client.get("/v1/charging_stations", params={"limit": 100}, headers=key).json()["data"]
    around = sandbox.client.get("/v1/charging_stations", params={"limit": 100, **BERLIN}, headers=key)

    assert around.status_code == 200, around.text
    assert listed
    assert station not in {each["id"] for each in (*listed, *around.json()["data"])}
    assert sandbox.client.get(f"/v1/charging_stations/{station}", headers=key).status_code == 404
