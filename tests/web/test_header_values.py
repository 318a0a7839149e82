"""Blank space in header values, the case of schemes and a byte-order mark before a body do not count."""

from base64 import b64encode
from codecs import BOM_UTF8
from typing import Final

import orjson
import pytest

from tests.conftest import Sandbox, podero_path

pytestmark = pytest.mark.one_database

ADVANCE: Final = "/_sandbox/v1/worlds/default/clock/advance"


@pytest.mark.parametrize(
    "written",
    ["Bearer {}", " Bearer {}", "Bearer {} ", "Bearer   {}", "\tBearer\t{}\t", "bearer {}", "BEARER  {}", "bEARER {}"],
)
@pytest.mark.parametrize("vendor", ["charge", "cariqa", "podero"])
def test_key_is_read_from_any_spelling(untouched: Sandbox, vendor: str, written: str) -> None:
    """A vendor's key may have any blank space around it and before its scheme, which has no case."""
    path, key = _list(untouched, vendor)

    assert untouched.client.get(path, headers=[(b"Authorization", written.format(key).encode())]).status_code == 200


@pytest.mark.parametrize("written", ["Bearer{}", "Bearer {0} {0}", "Bearer, {}", "{}", "Basic {}", 'Bearer "{}"'])
def test_key_in_another_form_is_refused(untouched: Sandbox, written: str) -> None:
    """A key is a word of its own behind the scheme."""
    path, key = _list(untouched, "charge")

    assert untouched.client.get(path, headers={"Authorization": written.format(key)}).status_code == 401


@pytest.mark.parametrize("at", [" 2026-03-01T06:30:00Z", "2026-03-01T06:30:00Z\t", "  2026-03-01T06:30:00Z  "])
def test_blank_space_around_an_instant_does_not_count(untouched: Sandbox, at: str) -> None:
    """X-Sandbox-At may have it."""
    headers = [(name.encode(), value.encode()) for name, value in untouched.charge_key().items()]
    answer = untouched.client.get("/v1/charging_sessions", headers=[*headers, (b"X-Sandbox-At", at.encode())])

    assert answer.headers["X-Sandbox-Now"] == "2026-03-01T06:30:00.000Z"


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 200),
        (' application/json; charset="utf-8"', 200),
        ("Application/JSON;charset=UTF-8", 200),
        ("application/json\t; charset=utf-8; x=y", 200),
        ("application/vnd.api+json", 200),
        ("application/merge-patch+json; charset=utf-8", 200),
        ("application/jsonp", 400),
        ("application/+json2", 400),
        ("text/json", 400),
        ("text/x+json", 400),
        ("application", 400),
        ("", 400),
    ],
)
def test_media_types_written_in_json_are_taken(sandbox: Sandbox, media_type: str, status: int) -> None:
    """Parameters, case and blank space do not count; no type that a form can have is taken."""
    headers = [(b"Content-Type", media_type.encode())]
    answer = sandbox.client.post(ADVANCE, content=b'{"by":"PT1H"}', headers=headers)

    assert answer.status_code == status


def test_body_may_begin_with_a_byte_order_mark(sandbox: Sandbox) -> None:
    """The control API, a vendor's start, a token and an import take it."""
    client, json = sandbox.client, {"Content-Type": "application/json"}
    order = {
        name: value for name, value in sandbox.opened()["sample"]["charge"].items() if name not in {"fleet", "account"}
    }
    keys = sandbox.opened()["credentials"]["podero"]
    basic = b64encode(f"{keys['client_id']}:{keys['client_secret']}".encode()).decode()
    exported = client.get("/_sandbox/v1/worlds/default/export").content
    calls = [
        (ADVANCE, b'{"by":"PT1H"}', {}),
        ("/v1/charging_sessions", orjson.dumps(order), sandbox.charge_key()),
        ("/oauth2/token/", b'{"grant_type":"client_credentials"}', {"Authorization": f"Basic {basic}"}),
        ("/_sandbox/v1/worlds/import?name=again", exported, {}),
    ]
    statuses = [
        client.post(path, content=BOM_UTF8 + body, headers=json | more).status_code for path, body, more in calls
    ]

    assert statuses == [200, 200, 200, 201]


def test_second_byte_order_mark_is_refused(untouched: Sandbox) -> None:
    """Only one is taken."""
    content = BOM_UTF8 * 2 + b'{"by":"PT1H"}'
    answer = untouched.client.post(ADVANCE, content=content, headers={"Content-Type": "application/json"})

    assert answer.status_code == 400


def _list(sandbox: Sandbox, vendor: str) -> tuple[str, str]:
    """The path of one of the vendor's lists, and the key."""
    keys = sandbox.opened()["credentials"]
    cariqa, podero = keys["cariqa"], keys["podero"]
    return {
        "charge": ("/v1/charging_sessions", keys["charge"]["secret_key"]),
        "cariqa": (f"/api/v1/users/{cariqa['user_id']}/charging-sessions/", cariqa["token"]),
        "podero": (f"{podero_path(podero)}?from=2026-01-01&to=2026-03-05", podero["token"]),
    }[vendor]
