"""Writes the folder of this release: databases and exports that it has made, and its answers from them.

It is run once for each release, by that release's own code, from the repository's folder:

    python -m tests.releases.make

It needs PostgreSQL's programs (`tests/cluster.py` finds them) and writes `tests/releases/VERSION/`:

- `wattif.db.xz`: one SQLite file, in which four worlds are open: `default` (cottage.yaml), `documented`, `lived-in`
  (a village in which sessions were started and ended, a connector is out of order, a station is silent and a Podero
  token is issued) and `running` (a fork of `documented` whose clock has a speed); and a spare of a village.
- `postgres.sql.xz`: the same worlds with the same keys in PostgreSQL, as SQL that psycopg executes in one call.
- `export.json.xz` and `export-documented.json.xz`: exports of `lived-in` and `documented`.
- `expected.json`: a list of `{method, path, headers, status, body}`, the calls to `http://localhost:8000` that are
  answered so from either database at any time: the clocks stand still, and `running` is asked for instants. Keys
  stand in the headers.

A server finds the scenario of `default` if its setting `scenarios` is the folder `tests/releases`.
"""

import json
import lzma
import random
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any, Final
from unittest.mock import patch

from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.cluster import Cluster, cluster
from tests.databases import Databases, Kept, PostgresDatabases, SqliteFiles

_HERE: Final = Path(__file__).resolve().parent
_HOST: Final = "http://localhost:8000"
_WORLDS: Final = "/_sandbox/v1/worlds"
_SESSIONS: Final = "/v1/charging_sessions"
_LIVED_IN: Final = "lived-in"
_RUNNING: Final = "running"
_PATIENCE_S: Final = 60

Json = Any
Call = dict[str, Json]


def main() -> None:
    with TemporaryDirectory() as name, cluster() as running:
        files = SqliteFiles(Path(name))
        kept, made = _made(files)
        on_postgres, made_there = _made(PostgresDatabases(running))
        if made.calls != made_there.calls:
            raise SystemExit("the two databases do not answer alike")
        folder = _HERE / made.version
        folder.mkdir(exist_ok=True)
        _write(folder / "wattif.db.xz", _one_file(kept.file))
        _write(folder / "postgres.sql.xz", _dump(running, on_postgres))
    for file, export in made.exports.items():
        _write(folder / file, export)
    lines = ",\n".join(json.dumps(call, ensure_ascii=False) for call in made.calls)
    (folder / "expected.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Made:
    """The texts of a release: its version, the calls with their answers, and the exports by name of the file."""

    version: str
    calls: list[Call]
    exports: dict[str, bytes]


def _made(databases: Databases) -> tuple[Kept, _Made]:
    """A new database with worlds that have been used, and the server's answers from it."""
    kept = databases.new()
    # Keys are drawn in the same order on both databases, so that one list of calls is right for both.
    with patch("secrets.token_bytes", random.Random(1).randbytes):
        with _served(kept) as client:
            token = _live(client)
            _wait_until_idle(kept)
        # A server that starts on the database answers, as the one of a later release will.
        with _served(kept) as client:
            version = str(client.get("/_sandbox/v1/health").json()["version"])
            calls = list(_calls(client, token))
            exports = {
                "export.json.xz": client.get(f"{_WORLDS}/{_LIVED_IN}/export").content,
                "export-documented.json.xz": client.get(f"{_WORLDS}/documented/export").content,
            }
    _thin_out(kept)
    return kept, _Made(version, calls, exports)


def _served(kept: Kept) -> TestClient:
    settings = Settings(_env_file=None, database_url=kept.url, scenario="cottage", scenarios=_HERE)
    return TestClient(create_app(settings), base_url=_HOST)


def _live(client: TestClient) -> str:
    """Creates two worlds besides the usual ones and makes changes in them; returns a token of Podero's."""
    _post(client, _WORLDS, {"name": _LIVED_IN})
    _post(client, _WORLDS, {"name": _RUNNING, "fork": "documented", "clock": {"speed": 60}})
    for name in ("default", _LIVED_IN):
        world = _world(client, name)
        order = {key: value for key, value in world["sample"]["charge"].items() if key not in {"fleet", "account"}}
        key = _bearer(world["credentials"]["charge"]["secret_key"])
        clock, simulate = f"{_WORLDS}/{name}/clock", f"{_WORLDS}/{name}/simulate"
        first = _post(client, _SESSIONS, order | {"session_limit": 20_000}, key)["id"]
        _post(client, f"{clock}/advance", {"by": "PT4M"})
        _post(client, f"{_SESSIONS}/{first}/end", {}, key)
        _post(client, f"{clock}/advance", {"by": "PT5H30M"})
        second = _post(client, _SESSIONS, order, key)["id"]
        _post(client, f"{clock}/advance", {"by": "PT4M"})
        _post(client, simulate, {"event": "connector_fault", "id": second, "for": "PT3H"})
        free = world["sample"]["cariqa"]["evse_id"]
        _post(client, simulate, {"event": "connector_fault", "id": free, "at": "+PT2H", "for": "PT1H"})
        _post(client, f"{clock}/advance", {"by": "P1D"})
        third = _post(client, _SESSIONS, order, key)["id"]
        _post(client, f"{clock}/advance", {"by": "PT3M"})
        _post(client, simulate, {"event": "station_silent", "id": order["charging_station"], "for": "PT2H"})
        _post(client, simulate, {"event": "unplug", "id": third, "at": "+PT1H"})
        _post(client, f"{clock}/advance", {"by": "PT7M"})
    podero = world["credentials"]["podero"]
    client_secret = {name: podero[name] for name in ("client_id", "client_secret")}
    issued = _post(client, "/oauth2/token/", {"grant_type": "client_credentials", **client_secret})
    return str(issued["access_token"])


def _calls(client: TestClient, token: str) -> Iterator[Call]:
    """The calls with their answers."""
    for name in ("default", "documented", _LIVED_IN):
        world = _world(client, name)
        yield _get(client, f"{_WORLDS}/{name}", {})
        yield _get(client, f"{_WORLDS}/{name}/clock", {})
        yield from _sessions(client, world)
        yield from _lists(client, world, {})
        # One instant before the first change, and one after the planned sessions.
        for at in ("2026-03-04T08:00:00Z", "2026-03-06T20:00:00Z"):
            yield from _lists(client, world, {"X-Sandbox-At": at})
    yield _get(client, _podero_path(_world(client, _LIVED_IN)), _bearer(token))
    yield from _lists(client, _world(client, _RUNNING), {"X-Sandbox-At": "2026-03-04T12:00:00Z"})


def _sessions(client: TestClient, world: Json) -> Iterator[Call]:
    """Pages of Charge's sessions, filtered lists, and some of the sessions by their ids."""
    key = _bearer(world["credentials"]["charge"]["secret_key"])
    first = _get(client, f"{_SESSIONS}?limit=6", key)
    yield first
    if first["body"]["next_page_url"]:
        yield _get(client, first["body"]["next_page_url"].removeprefix(_HOST), key)
    for session in first["body"]["data"][:4]:
        yield _get(client, f"{_SESSIONS}/{session['id']}", key)
    for query in ("status=active", "status=failed&limit=3", "created[lt]=2026-03-03T00:00:00Z&limit=2"):
        yield _get(client, f"{_SESSIONS}?{query}", key)


def _lists(client: TestClient, world: Json, headers: dict[str, str]) -> Iterator[Call]:
    """The lists of each vendor."""
    keys = world["credentials"]
    charge = headers | _bearer(keys["charge"]["secret_key"])
    yield _get(client, f"{_SESSIONS}?limit=3", charge)
    yield _get(client, "/v1/reservations?limit=3", charge)
    cariqa = headers | _bearer(keys["cariqa"]["token"])
    users = {keys["cariqa"]["user_id"], world["sample"]["cariqa"].get("active_user_id")}
    for user in sorted(users - {None}):
        yield _get(client, f"/api/v1/users/{user}/charging-sessions/?page_size=3", cariqa)
    yield _get(client, _podero_path(world), headers | _bearer(keys["podero"]["token"]))


def _podero_path(world: Json) -> str:
    keys, days = world["credentials"]["podero"], world["sample"]["podero"]
    car = f"org/{keys['org_id']}/users/{keys['user_id']}/electric-vehicles/{keys['electric_vehicle_id']}"
    return f"/api/partners/v2.0/{car}/sessions?from={days['from']}&to={days['to']}&limit=3"


def _world(client: TestClient, name: str) -> Json:
    return client.get(f"{_WORLDS}/{name}").raise_for_status().json()


def _post(client: TestClient, path: str, body: Json, headers: dict[str, str] | None = None) -> Json:
    answer = client.post(path, json=body, headers=headers)
    if answer.is_error:
        raise SystemExit(f"POST {path} {body}: {answer.status_code} {answer.text}")
    return answer.json()


def _get(client: TestClient, path: str, headers: dict[str, str]) -> Call:
    answer = client.get(path, headers=headers).raise_for_status()
    return {"method": "GET", "path": path, "headers": headers, "status": answer.status_code, "body": answer.json()}


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def _wait_until_idle(kept: Kept) -> None:
    """Waits until the server makes no more templates and spares in the background."""
    give_up = monotonic() + _PATIENCE_S
    while not _numbers(kept, "spare") or _numbers(kept, "building"):
        if monotonic() > give_up:
            raise SystemExit("the server is never idle")
        sleep(0.1)


def _thin_out(kept: Kept) -> None:
    """Removes templates and spares except one spare and its template, so that the fixture is small."""
    [spare, template] = kept.rows("SELECT n, template FROM world WHERE state = 'spare' ORDER BY n")[0]
    unneeded = [n for state in ("spare", "template", "retired", "building") for n in _numbers(kept, state)]
    for n in set(unneeded) - {spare, template}:
        for table in kept.tables():
            if table != "meta":
                kept.run(f'DELETE FROM "{table}" WHERE {"n" if table == "world" else "world"} = {n}')  # noqa: S608 - a table's own name


def _numbers(kept: Kept, state: str) -> list[int]:
    return [row.n for row in kept.rows("SELECT n FROM world WHERE state = :state", state=state)]


def _one_file(file: Path) -> bytes:
    """The SQLite database as one file, without its log and without the space of removed rows."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("VACUUM")
    return file.read_bytes()


def _dump(running: Cluster, kept: Kept) -> bytes:
    """The database as statements for any version of PostgreSQL, without the commands of psql."""
    name = kept.url.rpartition("/")[2].partition("?")[0]
    command = [str(running.programs / "pg_dump"), "-h", str(running.folder), "-U", "postgres", "-d", name]
    options = ["--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=100"]
    dumped = subprocess.run([*command, *options], capture_output=True, text=True, check=True)  # noqa: S603 - the machine's own PostgreSQL
    unwanted = ("\\", "--", "SET ", "SELECT pg_catalog.set_config")
    lines = [line for line in dumped.stdout.splitlines() if line and not line.startswith(unwanted)]
    return "\n".join(lines).encode()


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(lzma.compress(content, preset=9))


if __name__ == "__main__":
    main()
