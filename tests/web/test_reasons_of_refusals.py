"""Every refusal is logged with its reason in the sandbox's own words, and every likely mistake with what to do."""

import re
from base64 import b64encode
from typing import Any, Final

import pytest

from tests.conftest import podero_path
from tests.web.conftest import LoggedSandbox

pytestmark = pytest.mark.one_database

SESSIONS: Final = "/v1/charging_sessions"
LIVE: Final = "ch_sk_live_abcdefghijklmnopqrstuvwx"
UNKNOWN: Final = "ch_sk_test_abcdefghijklmnopqrstuvwx"


def reason(logged: LoggedSandbox, method: str, path: str, **options: Any) -> str:  # noqa: ANN401 - httpx's own
    """The reason that is logged for a call."""
    logged.client.request(method, path, **options)
    return logged.last().reason or ""


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, "There is no Authorization header; send Authorization: Bearer KEY."),
        ({"X-API-Key": UNKNOWN}, "There is no Authorization header, but x-api-key; send Authorization: Bearer KEY."),
        ({"Authorization": ""}, "The Authorization header is empty; send Authorization: Bearer KEY."),
        ({"Authorization": "Bearer "}, "Authorization has no key after Bearer; perhaps a variable is empty."),
        ({"Authorization": "Basic YTpi"}, "Authorization has the scheme Basic; send Authorization: Bearer KEY."),
        (
            {"Authorization": UNKNOWN},
            "Authorization does not begin with the word Bearer; send Authorization: Bearer KEY.",
        ),
        (bearer(LIVE), "A live key (ch_sk_live_…uvwx) never opens a sandbox world; use one that begins ch_sk_test_…"),
        (bearer(UNKNOWN), "No world has the key ch_sk_test_…uvwx; GET /_sandbox/v1/worlds shows the keys of each."),
        (bearer("$KEY"), "The key looks like a variable or a placeholder that was not filled in."),
        (bearer(f'"{UNKNOWN}"'), "The key is in quotation marks; send it without them."),
        (bearer("short"), "No world has the key …; GET /_sandbox/v1/worlds shows the keys of each."),
    ],
    ids=[
        "none",
        "other-header",
        "empty",
        "no-key",
        "basic",
        "no-scheme",
        "live",
        "unknown",
        "variable",
        "quoted",
        "short",
    ],
)
def test_a_key_that_opens_no_world_has_its_reason(
    logged: LoggedSandbox, headers: dict[str, str], expected: str
) -> None:
    """The line says what is wrong with the key, and shows its last four characters at most."""
    told = reason(logged, "GET", SESSIONS, headers=headers)

    assert told.removesuffix(".") == expected.removesuffix(".")


def test_every_vendor_has_reasons_for_keys(logged: LoggedSandbox) -> None:
    """A missing key and a key of another vendor are told at each vendor's API."""
    keys = logged.opened()["credentials"]
    charge = keys["charge"]["secret_key"]
    for path in ("/api/v1/users/x/charging-sessions/", podero_path(keys["podero"])):
        assert reason(logged, "GET", path) == "There is no Authorization header; send Authorization: Bearer KEY."
        told = reason(logged, "GET", path, headers=bearer(charge))
        assert told == f"ch_sk_test_…{charge[-4:]} is a key of the world default for another API: Charge's secret key."

    told = reason(logged, "GET", SESSIONS, headers=bearer(keys["cariqa"]["token"]))
    assert told == f"…{keys['cariqa']['token'][-4:]} is a key of the world default for another API: Cariqa's token."


def test_a_key_of_a_deleted_world_names_the_world(logged: LoggedSandbox) -> None:
    """The server knows which world a key has opened before."""
    made = logged.client.post("/_sandbox/v1/worlds", json={"scenario": "empty", "name": "gone"}).json()
    key = made["credentials"]["charge"]["secret_key"]
    assert logged.client.get(SESSIONS, headers=bearer(key)).status_code == 200
    logged.client.delete("/_sandbox/v1/worlds/gone")
    logged.records.clear()

    told = reason(logged, "GET", SESSIONS, headers=bearer(key))
    assert told == f"The world gone of the key ch_sk_test_…{key[-4:]} was deleted, or has expired."


def test_an_expired_token_says_when_it_expired(logged: LoggedSandbox) -> None:
    """The instant is one of the world's own clock."""
    keys = logged.client.post("/_sandbox/v1/worlds", json={"name": "aged", "scenario": "village"}).json()["credentials"]
    client = {name: keys["podero"][name] for name in ("client_id", "client_secret")}
    body = {**client, "grant_type": "client_credentials"}
    token = logged.client.post("/oauth2/token/", json=body).json()["access_token"]
    logged.advance("PT10H", "aged")
    logged.records.clear()

    told = reason(logged, "GET", podero_path(keys["podero"]), headers=bearer(token))
    assert re.fullmatch(f"The token …{token[-4:]} of the world aged expired at 2026-[-0-9T:.]+Z, by its clock\\.", told)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, "There is no client_id, neither in the body nor in Authorization: Basic."),
        ({"client_id": "unknown-client-of-nobodys"}, "No world has the client …odys; GET /_sandbox/v1/worlds shows"),
        ({"client_id": "client_id", "client_secret": "wrong"}, "The client_secret is not that of the client …."),
        (
            {"client_id": "client_id", "client_secret": "client_secret", "grant_type": "password"},
            "grant_type is not client_credentials, the only one that there is.",
        ),
    ],
    ids=["none", "client", "secret", "grant"],
)
def test_a_refused_token_call_has_its_reason(logged: LoggedSandbox, body: dict[str, str], expected: str) -> None:
    """OAuth's one word for it is not enough to find the mistake."""
    assert reason(logged, "POST", "/oauth2/token/", json=body).startswith(expected)


def test_a_token_call_without_json_or_form_says_so(logged: LoggedSandbox) -> None:
    """Any other body is refused, also with valid credentials."""
    basic = {"Authorization": f"Basic {b64encode(b'client_id:client_secret').decode()}"}
    told = reason(logged, "POST", "/oauth2/token/", content=b"grant_type=client_credentials", headers=basic)

    assert told == "The body is neither a JSON object, sent as application/json, nor a form."


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/charging_sessions", "The path lacks its beginning /v1: GET /v1/charging_sessions"),
        ("GET", "/v1/charging-sessions", "Nothing answers at /v1/charging-sessions; the nearest path is GET /v1/ch"),
        ("GET", "/v1/fleets/flt_x/drivers", "drivers/list_fleet (GET /v1/fleets/{fleet}/drivers) is documented but"),
        ("GET", "/v1/charging_sessions/", "This path takes no slash at its end: /v1/charging_sessions"),
        ("GET", "/api/v1/users/x/charging-sessions", "This path needs a slash at its end: /api/v1/users/x/charging-se"),
        ("POST", "/oauth2/token", "This path needs a slash at its end: /oauth2/token/"),
        ("PUT", "/v1/charging_sessions", "This path takes GET, HEAD, OPTIONS, POST, not PUT."),
        ("PATCH", "/api/v1/users/x/charging-sessions/", "This path takes GET, HEAD, OPTIONS, not PATCH."),
        ("GET", "/worlds", "The path lacks its beginning /_sandbox/v1: GET /_sandbox/v1/worlds"),
        ("GET", "/nonsense", "No API has a path like /nonsense; /docs lists all paths."),
        ("POST", "/", "POST is not allowed here."),
        ("GET", "/_sandbox/v1/worlds/defualt", "There is no world 'defualt'; there is default."),
        ("PUT", "/_sandbox/v1/worlds", "This path takes DELETE, GET, HEAD, OPTIONS, POST, not PUT."),
    ],
    ids=[
        *("beginning", "nearest", "superseded", "slash-too-many", "slash-missing", "token-slash", "method"),
        *("other-method", "control-beginning", "nonsense", "page-method", "world", "control-method"),
    ],
)
def test_a_path_without_an_operation_has_its_reason(
    logged: LoggedSandbox, method: str, path: str, expected: str
) -> None:
    """The line says how the path or the method should be, and a redirect counts as a refusal."""
    assert reason(logged, method, path).startswith(expected)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (
            {"content": b"{}", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
            "The Content-Type is application/x-www-form-urlencoded; send the body with Content-Type: application/json.",
        ),
        ({"content": b"{}"}, "There is no Content-Type; send the body with Content-Type: application/json."),
        (
            {"content": b"{a}", "headers": {"Content-Type": "application/json"}},
            "The request body is not valid JSON: unexpected character, expected a string key: line 1 column 2",
        ),
        ({"json": []}, "The request body must be a JSON object."),
        ({"json": {"conector": "a"}}, "body charging_station is required; body connector is required; body driver is"),
        ({"json": {}, "params": {"a": "b"}}, "query a is not known."),
    ],
    ids=["form", "no-type", "no-json", "no-object", "members", "query"],
)
def test_a_bad_body_has_its_reason(logged: LoggedSandbox, sent: dict[str, Any], expected: str) -> None:
    """The line names the header, the place in the JSON, or each member with what is wrong with it."""
    headers = logged.charge_key() | sent.pop("headers", {})
    assert reason(logged, "POST", SESSIONS, headers=headers, **sent).startswith(expected)


@pytest.mark.parametrize(
    ("vendor", "query", "expected"),
    [
        ("charge", {"limit": "0"}, "query limit must be an integer from 1 to 100."),
        ("charge", {"page": "page_x"}, "Invalid page token."),
        ("cariqa", {"page": "99"}, "There is no page 99; the list has 2."),
        ("podero", {"from_": "2026-03-04", "to": "2026-03-01"}, "query to: to is before from."),
        ("podero", {"from_": "2026-03-04"}, "query to is required."),
    ],
    ids=["limit", "token", "page", "order", "missing"],
)
def test_a_bad_query_has_its_reason(logged: LoggedSandbox, vendor: str, query: dict[str, str], expected: str) -> None:
    """The line names the parameter and says what is wrong with it."""
    getattr(logged, vendor)(**query)

    assert logged.last().reason == expected


def test_a_vendor_that_says_not_found_has_the_reason(logged: LoggedSandbox) -> None:
    """A 404 of each vendor names what is not there."""
    keys = logged.opened()["credentials"]
    logged.charge(f"{SESSIONS}/cs_unknown")
    assert logged.last().reason == "There is no charging session cs_unknown in this world."
    logged.cariqa("unknown")
    assert logged.last().reason == "There is no user unknown in this world."
    path = podero_path({**keys["podero"], "electric_vehicle_id": keys["podero"]["user_id"]})
    told = reason(logged, "GET", f"{path}?from=2026-03-01&to=2026-03-02", headers=bearer(keys["podero"]["token"]))
    assert f"has no vehicle {keys['podero']['user_id']} in this world." in told


def test_a_conflict_says_who_holds_what_until_when(logged: LoggedSandbox) -> None:
    """A busy connector names the session that holds it; one that is over says since when."""
    logged.client.post("/_sandbox/v1/worlds", json={"name": "busy", "scenario": "village"})
    session = logged.start("busy").json()["id"]
    order = logged.opened("busy")["sample"]["charge"]
    logged.records.clear()

    logged.start("busy")
    told = logged.last().reason or ""
    begin = f"Connector {order['connector']} of {order['charging_station']} is busy: session {session} holds it until "
    assert told.startswith(f"{begin}2026-03-04T1")

    logged.start("busy", driver="drv_unknown")
    assert logged.last().reason == "There is no driver drv_unknown in this world."
    ended = logged.end(session, "busy").json()["session_ended"]
    logged.records.clear()
    logged.end(session, "busy")
    assert logged.last().reason == f"The session is not active: it was completed at {ended}."


def test_a_bad_instant_has_its_reason(logged: LoggedSandbox) -> None:
    """X-Sandbox-At is refused with the form that it should have."""
    logged.charge(at="yesterday")

    assert (logged.last().reason or "").startswith("X-Sandbox-At: 'yesterday' is not an RFC 3339 timestamp")
