"""Clients that are generated from the served contracts compile, and decode what the server answers."""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from shutil import copy
from typing import Any, Final

import httpx2
import pytest

from tests.conftest import podero_path
from tests.contract.written import CONTRACTS
from tests.generators.tools import HERE, MODULES, java_program, npm_program, python_program, run
from tests.serving.servers import Server

pytestmark = pytest.mark.slow

_WORLDS: Final = "/_sandbox/v1/worlds"
_SESSIONS: Final = "/v1/charging_sessions"
_AT: Final = "2026-04-01T01:30:00Z"
"""Half an hour before the present instant of `documented`: the header `X-Sandbox-At` arrives if the energy is less."""
_LISTED: Final = "cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4"


def openapi_python_client(contracts: Path, folder: Path) -> list[object]:
    """Generates with openapi-python-client, which may warn of nothing, and checks the calls against its types."""
    python = python_program()
    for name in CONTRACTS:
        source = ["--path", contracts / f"{name}.json", "--output-path", f"{name}_client", "--meta", "none"]
        run([python, "-m", "openapi_python_client", "generate", *source, "--fail-on-warning"], folder)
    calls = copy(HERE / "calls" / "with_openapi_python_client.py", folder)
    strictly = ["--strict", "--follow-imports", "silent", "--config-file=", "--cache-dir", ".mypy_cache"]
    run(["mypy", *strictly, "--python-executable", python, calls], folder)
    return [python, calls]


def openapi_fetch(contracts: Path, folder: Path) -> list[object]:
    """Generates types with openapi-typescript, and compiles calls of openapi-fetch with them."""
    for name in CONTRACTS:
        run([npm_program("openapi-typescript"), contracts / f"{name}.json", "--output", f"{name}.ts"], folder)
    return _compiled("with_openapi_fetch", folder)


def hey_api(contracts: Path, folder: Path) -> list[object]:
    """Generates with @hey-api/openapi-ts, and compiles calls of its fetch client."""
    for name in CONTRACTS:
        source = ["--input", contracts / f"{name}.json", "--output", name, "--client", "@hey-api/client-fetch"]
        run([npm_program("openapi-ts"), *source], folder)
    return _compiled("with_hey_api", folder)


def openapi_generator(contracts: Path, folder: Path) -> list[object]:
    """Generates Python with openapi-generator, which may find no error."""
    java, python = java_program(), python_program()
    [archive] = Path(python).parents[1].glob("lib/python*/site-packages/openapi_generator_cli/openapi-generator.jar")
    for name in CONTRACTS:
        wanted = {
            "generatorName": "python",
            "inputSpec": str(contracts / f"{name}.json"),
            "outputDir": str(folder),
            "additionalProperties": {"packageName": f"{name}_client"},
            "globalProperties": dict.fromkeys(("apiDocs", "modelDocs", "apiTests", "modelTests"), "false"),
        }
        (folder / f"{name}.json").write_text(json.dumps(wanted))
    batch = ["batch", "--threads", "1", "--fail-fast", *(f"{name}.json" for name in CONTRACTS)]
    told = run([java, "-XX:TieredStopAtLevel=1", "-jar", archive, *batch], folder)
    assert " ERROR " not in told
    return [python, copy(HERE / "calls" / "with_openapi_generator.py", folder)]


@pytest.mark.parametrize("generate", [openapi_python_client, openapi_fetch, hey_api, openapi_generator])
def test_generated_clients_decode_every_answer(
    generate: Callable[[Path, Path], list[object]], server: Server, contracts: Path, tmp_path: Path
) -> None:
    """Ids, nested fields, nulls and statuses are those of the answers: lists, starts, ends, refusals and tokens."""
    calls = generate(contracts, tmp_path)

    assert json.loads(run([*calls, server.url, "decoded", _AT], tmp_path)) == _answers(server)


def _compiled(calls: str, folder: Path) -> list[object]:
    """Compiles a program that imports what was generated in the same folder."""
    copy(HERE / "tsconfig.json", folder)
    copy(HERE / "calls" / f"{calls}.ts", folder)
    (folder / "node_modules").symlink_to(MODULES)
    run([npm_program("tsc"), "--project", "."], folder)
    return ["node", folder / "built" / f"{calls}.js"]


def _answers(server: Server) -> dict[str, Any]:
    """The same calls without a generated client, in a world that is the same."""
    call = server.client
    world = call.post(_WORLDS, json={"fork": "documented", "name": "raw"}).raise_for_status().json()
    village = call.post(_WORLDS, json={"name": "raw-village"}).raise_for_status().json()
    awaited = {"id": _LISTED, "status": "failed"}
    never = call.post(f"{_WORLDS}/raw/clock/advance", json={"until": awaited})
    return {
        "village": _of(village, "scenario", "expires_at"),
        "charge": _charge(call, world),
        "cariqa": _cariqa(call, world),
        "podero": _podero(call, world),
        "sandbox": [never.status_code, never.json()["will_be"], _milliseconds(never.json()["at"])],
        "deleted": [call.delete(f"{_WORLDS}/{name}").status_code for name in ("raw", "raw-village")],
    }


def _charge(call: httpx2.Client, world: dict[str, Any]) -> dict[str, Any]:
    key = _bearer(world["credentials"]["charge"]["secret_key"])
    page = call.get(_SESSIONS, params={"limit": 1}, headers=key | {"X-Sandbox-At": _AT}).json()
    reservation = call.get("/v1/reservations", headers=key).json()["data"][0]
    order = {name: value for name, value in world["sample"]["charge"].items() if name not in {"fleet", "account"}}
    created = call.post(_SESSIONS, json=order, headers=key).json()
    path = f"{_SESSIONS}/{created['id']}/end"
    ended = call.post(path, headers=key).json()
    session = page["data"][0]
    return {
        "listed": [*_of(session, "id", "status", "session_ended", "energy_consumed"), page["previous_page_url"]],
        "reserved": [
            *_of(reservation, "id", "failed_reason"),
            reservation["location"]["radius"],
            reservation["cancellation_policy"]["type"],
            *_of(reservation, "connector_type", "earliest_start"),
        ],
        "created": _of(created, "id", "status", "session_limit", "session_ended"),
        "ended": [
            *_of(ended, "id", "status", "session_limit"),
            _milliseconds(ended["session_ended"]),
            ended["amount_due"],
        ],
        "busy": _refusal(call.post(_SESSIONS, json=order | {"vehicle": "veh_unknown"}, headers=key)),
        "twice": _refusal(call.post(path, headers=key)),
        "unknown": _refusal(call.get(f"{_SESSIONS}/cs_unknown", headers=key)),
        "stranger": _refusal(call.get(_SESSIONS, headers=_bearer("ch_sk_test_unknown"))),
    }


def _cariqa(call: httpx2.Client, world: dict[str, Any]) -> list[Any]:
    keys = world["credentials"]["cariqa"]
    page = call.get(f"/api/v1/users/{keys['user_id']}/charging-sessions/", headers=_bearer(keys["token"])).json()
    session = page["results"][0]
    return [
        *_of(page, "count", "next"),
        session["id"],
        session["station_info"]["station_name"],
        session["user_facing_session_prices"]["time_price"],
        session["session_cost"]["invoice_view"],
        session["rates"],
    ]


def _podero(call: httpx2.Client, world: dict[str, Any]) -> dict[str, Any]:
    keys, days = world["credentials"]["podero"], world["sample"]["podero"]
    asked = {"grant_type": "client_credentials"}
    token = call.post("/oauth2/token/", json=asked, headers=_basic(keys["client_id"], keys["client_secret"])).json()
    refused = call.post("/oauth2/token/", json=asked, headers=_basic("unknown", "unknown"))
    path, key = podero_path(keys), _bearer(token["access_token"])
    page = call.get(path, params=days, headers=key).json()
    faulty = call.get(path, params={"from": days["to"], "to": days["from"]}, headers=key)
    session = page["items"][0]
    return {
        "token": _of(token, "token_type", "expires_in", "scope"),
        "refused": [refused.status_code, refused.json()["error"]],
        "listed": [page["total"], *_of(session, "id", "is_at_home", "session_outcome", "final_soc_pct")],
        "faulty": [faulty.status_code, *_of(faulty.json()["detail"][0], "loc", "type")],
    }


def _of(shown: dict[str, Any], *names: str) -> list[Any]:
    return [shown[name] for name in names]


def _refusal(answer: httpx2.Response) -> list[Any]:
    return [answer.status_code, *_of(answer.json(), "code", "param")]


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _basic(client: str, secret: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{client}:{secret}'.encode()).decode()}"}


def _milliseconds(at: str) -> int:
    return round(datetime.fromisoformat(at).timestamp() * 1000)
