"""Webhook endpoints are created, listed, retrieved and updated."""

import re
from typing import Any, Final

import httpx2
import pytest

from tests.conftest import Sandbox

ENDPOINTS: Final = "/v1/webhook_endpoints"
URL: Final = "https://example.com/webhook/endpoint"
KEYS: Final = [
    *("id", "object", "api_version", "application", "created", "description", "enabled_events", "livemode"),
    *("metadata", "secret", "status", "url"),
]
EVENTS: Final = ["charge.succeeded", "report.succeeded", "reservation.confirmed", "vehicle.updated"]


def create(sandbox: Sandbox, **changed: object) -> httpx2.Response:
    """A POST that creates an endpoint; what is None is left out."""
    body = {"enabled_events": ["report.succeeded"], "url": URL, **changed}
    return sandbox.client.post(ENDPOINTS, json=body, headers=sandbox.charge_key())


def update(sandbox: Sandbox, endpoint: str, **body: object) -> httpx2.Response:
    """A POST that updates an endpoint."""
    return sandbox.client.post(f"{ENDPOINTS}/{endpoint}", json=body, headers=sandbox.charge_key())


def test_endpoint_is_shown_everywhere_as_it_was_created(sandbox: Sandbox) -> None:
    """CHARGE-120: with its secret, in the answer to the create, in the list and by its id."""
    made = create(sandbox, description="Ours", metadata={"team": "ops"}).json()

    assert list(made) == KEYS
    assert re.fullmatch(r"wh_[A-Za-z0-9]{32}", made["id"])
    assert re.fullmatch(r"whsec_[A-Za-z0-9]{32}", made["secret"])
    assert made | {"id": "", "secret": ""} == {
        "id": "",
        "object": "webhook_endpoint",
        "api_version": "2026-03-01",
        "application": None,
        "created": "2026-03-04T12:00:00.000Z",
        "description": "Ours",
        "enabled_events": ["report.succeeded"],
        "livemode": False,
        "metadata": {"team": "ops"},
        "secret": "",
        "status": "enabled",
        "url": URL,
    }
    assert sandbox.charge(ENDPOINTS).json()["data"] == [made]
    assert sandbox.charge(f"{ENDPOINTS}/{made['id']}").json() == made


def test_secrets_come_from_the_seed(sandbox: Sandbox) -> None:
    """No two endpoints have the same, and the same calls in two worlds of one seed give the same."""
    made = [create(sandbox).json() for _ in range(2)]
    sandbox.client.post("/_sandbox/v1/worlds/default/reset").raise_for_status()
    again = [create(sandbox).json() for _ in range(2)]

    assert made[0]["secret"] != made[1]["secret"]
    assert again == made


def test_update_changes_what_it_states(sandbox: Sandbox) -> None:
    """CHARGE-124: what is left out stays, metadata is merged, and the answer shows what was sent."""
    made = create(sandbox, metadata={"team": "ops", "old": "1"}).json()
    changed = update(sandbox, made["id"], description="Primary webhook endpoint.").json()
    more = update(
        sandbox, made["id"], status="disabled", enabled_events=EVENTS[:2], metadata={"old": "", "new": "2"}
    ).json()

    assert changed == made | {"description": "Primary webhook endpoint."}
    assert more == changed | {
        "status": "disabled",
        "enabled_events": EVENTS[:2],
        "metadata": {"team": "ops", "new": "2"},
    }
    assert sandbox.charge(f"{ENDPOINTS}/{made['id']}").json() == more
    assert update(sandbox, made["id"], description=None).json()["description"] is None


def test_update_may_remove_all_events(sandbox: Sandbox) -> None:
    """CHARGE-123: an empty list is taken by an update, and refused by a create."""
    made = create(sandbox).json()
    refused = create(sandbox, enabled_events=[])

    assert update(sandbox, made["id"], enabled_events=[]).json()["enabled_events"] == []
    assert (refused.status_code, refused.json()["param"]) == (400, "enabled_events")


def test_events_are_those_of_the_documentation(sandbox: Sandbox) -> None:
    """CHARGE-122: these four, each kept once in the order of the body; another and `*` are refused."""
    assert create(sandbox, enabled_events=[*EVENTS[::-1], *EVENTS]).json()["enabled_events"] == EVENTS[::-1]
    for unknown in ("*", "charging_session.completed", "", 1, None):
        refused = create(sandbox, enabled_events=["report.succeeded", unknown])
        assert (refused.status_code, refused.json()["param"]) == (400, "enabled_events.1")


@pytest.mark.parametrize(
    ("url", "is_taken"),
    [
        (URL, True),
        ("http://localhost:9000/hooks?for=wattif", True),
        ("http://host.docker.internal", True),
        ("http://[::1]:65535/", True),
        (f"http://a/{'x' * 2039}", True),
        (f"http://a/{'x' * 2040}", False),
        ("http://localhost:65536/", False),
        ("ftp://example.com", False),
        ("example.com/hook", False),
        ("https://", False),
        ("https://user:secret@example.com", False),
        ("https://example.com/a b", False),
        ("https://exämple.com", False),
        ("", False),
        (None, False),
    ],
)
def test_address_is_http_or_https(sandbox: Sandbox, url: str | None, is_taken: bool) -> None:  # noqa: FBT001 - a parameter
    """CHARGE-121: an absolute address with a host, and no name and password, of at most 2048 characters."""
    answer = create(sandbox, url=url)

    assert answer.status_code == (200 if is_taken else 400)
    assert answer.json()["url" if is_taken else "param"] == (url if is_taken else "url")


def test_version_is_the_only_one(sandbox: Sandbox) -> None:
    """CHARGE-125: it may be stated, or left open with null; another is refused."""
    assert create(sandbox, api_version="2026-03-01").json()["api_version"] == "2026-03-01"
    assert create(sandbox, api_version=None).json()["api_version"] == "2026-03-01"
    assert create(sandbox, api_version="2025-01-01").json()["param"] == "api_version"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"url": URL}, "url"),
        ({"api_version": "2026-03-01"}, "api_version"),
        ({"status": "paused"}, "status"),
        ({"status": None}, "status"),
        ({"enabled_events": None}, "enabled_events"),
        ({"enabled_events": "report.succeeded"}, "enabled_events"),
        ({"description": ""}, "description"),
        ({"metadata": {"a": 1}}, "metadata"),
    ],
)
def test_update_that_is_not_valid_changes_nothing(sandbox: Sandbox, body: dict[str, Any], param: str) -> None:
    """400 without a code; the address and the version cannot be changed."""
    made = create(sandbox).json()
    refused = update(sandbox, made["id"], **body)

    assert (refused.status_code, refused.json()["code"], refused.json()["param"]) == (400, None, param)
    assert sandbox.charge(f"{ENDPOINTS}/{made['id']}").json() == made


def test_unknown_endpoint_is_not_found(sandbox: Sandbox) -> None:
    """CHARGE-126: also one of another world, for reading and for updating."""
    made = create(sandbox).json()["id"]
    unknown = sandbox.charge(f"{ENDPOINTS}/{made}", world="documented")
    missed = update(sandbox, "wh_00000000000000000000000000000000", status="disabled")

    for answer in (unknown, missed):
        error = answer.json()
        assert (answer.status_code, error["code"], error["param"]) == (
            404,
            "webhook_endpoint_not_found",
            "webhook_endpoint",
        )


def test_pages_lead_both_ways(sandbox: Sandbox) -> None:
    """Newest first; the second page leads back to the first."""
    made = [create(sandbox).json() for _ in range(3)]
    first = sandbox.charge(ENDPOINTS, limit=2).json()
    second = sandbox.client.get(first["next_page_url"], headers=sandbox.charge_key()).json()
    back = sandbox.client.get(second["previous_page_url"], headers=sandbox.charge_key()).json()

    assert first["data"] + second["data"] == made[::-1]
    assert second["next_page_url"] is None
    assert back["data"] == first["data"]
