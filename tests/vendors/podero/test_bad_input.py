"""Refusals are those of Django Ninja: 401 before other faults, and its own 404 and 405."""

from typing import Final

from tests.conftest import Sandbox
from tests.vendors.podero.vehicles import ALL, bearer, get, keys, path

UNAUTHORIZED: Final = {"detail": "Unauthorized"}
NOT_FOUND: Final = {"detail": "Not Found"}
DAYS: Final = "from=2026-01-01&to=2026-12-31"
ROUTE: Final = "/api/partners/v2.0/org/{}/users/{}/electric-vehicles/{}/sessions"
UNKNOWN: Final = "00000000-0000-4000-8000-000000000000"


def test_podero_010_a_token_that_opens_nothing_is_401(sandbox: Sandbox) -> None:
    """A missing, malformed or unknown token, or one of another vendor, is 401 before path and query are checked."""
    ours = sandbox.world()["credentials"]
    token = ours["podero"]["token"]
    sent = [
        None,
        b"",
        b"Bearer",
        b"Bearer ",
        token.encode(),
        b"Basic " + token.encode(),
        b"Bearer " + token[:-1].encode(),
    ]
    sent += [
        b"Bearer " + ours[vendor][name].encode() for vendor, name in (("charge", "secret_key"), ("cariqa", "token"))
    ]
    sent += [b"Bearer " + ours["podero"]["client_id"].encode(), b"Bearer <Token>", b"Bearer \x80\xff"]
    paths = [f"{path(sandbox)}?{DAYS}", ROUTE.format("x", "y", "z"), f"{path(sandbox)}?from=x"]

    answers = [
        sandbox.client.get(url, headers=[] if header is None else [(b"authorization", header)])
        for header in sent
        for url in paths
    ]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(401, UNAUTHORIZED)] * 36
    assert not any("x-sandbox-world" in answer.headers for answer in answers)


def test_podero_010_foreign_ids_are_not_found(sandbox: Sandbox) -> None:
    """An organisation, user or vehicle that is unknown, does not match the others, or is of another world is 404."""
    here, there = keys(sandbox), keys(sandbox, "documented")
    org, user, vehicle = here["org_id"], here["user_id"], here["electric_vehicle_id"]
    combinations = [
        (UNKNOWN, user, vehicle),
        (org, UNKNOWN, vehicle),
        (org, user, UNKNOWN),
        (user, org, vehicle),
        (org, user, org),
        (org, user, there["electric_vehicle_id"]),
        (there["org_id"], there["user_id"], there["electric_vehicle_id"]),
    ]

    answers = [get(sandbox, ROUTE.format(*ids) + f"?{DAYS}") for ids in combinations]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(404, NOT_FOUND)] * 7


def test_a_uuid_may_be_written_in_any_case(sandbox: Sandbox) -> None:
    """An id in capitals, or without dashes, is the same id."""
    ours = keys(sandbox)
    ids = [ours["org_id"], ours["user_id"], ours["electric_vehicle_id"]]
    spellings = [[each.upper() for each in ids], [each.replace("-", "") for each in ids]]

    bodies = [get(sandbox, ROUTE.format(*spelling) + f"?{DAYS}").json() for spelling in spellings]

    assert [sandbox.podero(**ALL).json()] * 2 == bodies


def test_another_method_is_not_allowed(sandbox: Sandbox) -> None:
    """It is 405 in plain text, and `Allow` names the methods of the path."""
    key = bearer(keys(sandbox)["token"])
    methods = ("POST", "PUT", "PATCH", "DELETE")

    answers = [sandbox.client.request(method, f"{path(sandbox)}?{DAYS}", headers=key) for method in methods]

    assert [(answer.status_code, answer.text, answer.headers["allow"]) for answer in answers] == [
        (405, "Method not allowed", "GET, HEAD, OPTIONS")
    ] * 4
    assert all(answer.headers["content-type"].startswith("text/plain") for answer in answers)


def test_an_unknown_path_is_a_page(sandbox: Sandbox) -> None:
    """A path that Podero does not have, or a slash too many, is a 404 in HTML."""
    there = path(sandbox)
    unknown = [f"{there}{ending}?{DAYS}" for ending in ("/", "/x", "x", "/%E2%82%AC")]
    unknown += [f"/api/partners/v2.0/{rest}" for rest in ("", "org", "token/", "%FF")]

    answers = [get(sandbox, url) for url in unknown]

    assert [answer.status_code for answer in answers] == [404] * 8
    assert all(answer.headers["content-type"].startswith("text/html") for answer in answers)
    assert all("<h1>Not Found</h1>" in answer.text for answer in answers)


def test_an_invalid_instant_is_refused(sandbox: Sandbox) -> None:
    """An invalid header X-Sandbox-At is 400 before the query is checked."""
    instants = ("", "now", "2026-03-04", "2026-02-30T00:00:00Z", "9999-06-01T00:00:00Z")

    answers = [sandbox.podero(at=at, **days) for at in instants for days in ({}, ALL)]

    assert [answer.status_code for answer in answers] == [400] * 10
    assert all("X-Sandbox-At" in answer.json()["detail"] for answer in answers)


def test_a_refusal_names_world_and_instant(sandbox: Sandbox) -> None:
    """With a valid token every answer has the headers that name the world and the instant."""
    for answer in (
        sandbox.podero(),
        sandbox.podero(at="x"),
        get(sandbox, ROUTE.format(UNKNOWN, UNKNOWN, UNKNOWN) + f"?{DAYS}"),
    ):
        assert answer.headers["x-sandbox-world"] == "default"
        assert answer.headers["x-sandbox-now"] == sandbox.now()
