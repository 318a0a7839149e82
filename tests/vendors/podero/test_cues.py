"""Podero's cues: a device that has lost its link needs an action, which is started and reported by its secret alone."""

from typing import Final

import httpx2
import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.people import ORG, UNKNOWN, USER, Body, call, good, lose_link, path_of, vehicle_path

pytestmark = pytest.mark.own_server

_URLS: Final = {"successUrl": "https://portal.example/ok", "cancelUrl": "https://portal.example/no"}
_LOST: Final = {
    "connection_status": "error",
    "lifecycle_state": "error",
    "is_authenticated": False,
    "action_needed": True,
}


def test_device_without_its_link_needs_an_action(sandbox: Sandbox) -> None:
    """The detail shows the action with its link; the list says only that there is one."""
    before = good(sandbox, "GET", vehicle_path(sandbox))
    lose_link(sandbox, before["id"])
    after = good(sandbox, "GET", vehicle_path(sandbox))
    [listed] = good(sandbox, "GET", f"{USER}/electric-vehicles")
    [action] = after["actions"]

    assert (before["is_authenticated"], before["action_needed"], before["actions"]) == (True, False, [])
    assert {name: after[name] for name in _LOST} == _LOST
    assert {name: listed[name] for name in _LOST} == _LOST
    assert "actions" not in listed
    assert list(action) == ["code", "resolution_link"]
    assert action["code"] == "reauthenticate"
    assert action["resolution_link"]["required_parameters"] == ["successUrl", "cancelUrl"]


def test_success_completes_the_action(sandbox: Sandbox) -> None:
    """The device has its link again, and the action is not active any more."""
    url = _lost(sandbox)
    started = [_resolve(sandbox, url) for _ in range(2)]
    reported = _report(sandbox, url, "success")
    shown = good(sandbox, "GET", vehicle_path(sandbox))

    assert [each.status_code for each in started] == [200, 200]
    assert list(started[0].json()) == ["redirect_url"]
    assert reported.json() == {"action_id": url.split("/")[5]}
    assert (shown["is_authenticated"], shown["actions"]) == (True, [])
    assert _report(sandbox, url, "success").status_code == 404
    assert _resolve(sandbox, url).status_code == 404


def test_failure_keeps_the_action(sandbox: Sandbox) -> None:
    """A failed action is not active, and can be started again."""
    url = _lost(sandbox)
    _resolve(sandbox, url)
    statuses = [_report(sandbox, url, state).status_code for state in ("fail", "fail", "success")]
    again = [_resolve(sandbox, url).status_code, _report(sandbox, url, "success").status_code]

    assert statuses == [200, 404, 404]
    assert again == [200, 200]


def test_action_that_was_not_started_is_not_active(sandbox: Sandbox) -> None:
    """Its outcome cannot be reported, and it stays pending."""
    url = _lost(sandbox)

    assert _report(sandbox, url, "success").status_code == 404
    assert good(sandbox, "GET", vehicle_path(sandbox))["action_needed"] is True


def test_secret_is_valid_for_an_hour_of_the_worlds_time(sandbox: Sandbox) -> None:
    """PODERO-032: from then on both calls are 403, and a read has a new secret."""
    url = _lost(sandbox)
    sandbox.advance("PT59M59.999S")
    last = _resolve(sandbox, url).status_code
    sandbox.advance("PT0.001S")
    refused = [_resolve(sandbox, url), _report(sandbox, url, "success")]
    fresh = _url(sandbox)

    assert last == 200
    assert {(each.status_code, each.text) for each in refused} == {(403, '{"detail":"Forbidden"}')}
    assert _report(sandbox, fresh, "success").status_code == 200


def test_forged_secrets_are_refused(sandbox: Sandbox) -> None:
    """PODERO-032: neither another world's secret, nor one with a part changed, nor any other text."""
    url = _lost(sandbox)
    other = _lost(sandbox, "documented")
    path, _, secret = url.partition("?secret=")
    key, name, device, until, mac = secret.split(".")
    secrets = [
        other.partition("?secret=")[2],
        f"{key}.{name}.{device}.{int(until) + 1}.{mac}",
        f"{key}.hp.{device}.{until}.{mac}",
        f"{key}.{name}.{'0' * 32}.{until}.{mac}",
        f"{'A' * 24}.{name}.{device}.{until}.{mac}",
        f"{secret[:-1]}{'0' if secret[-1] != '0' else '1'}",
        "",
        "secret",
        "%00",
        "%FF",
        "a" * 10_000,
    ]
    answers = [
        sandbox.client.post(f"{path.replace('resolve', act)}?secret={each}", json=body)
        for each in secrets
        for act, body in (("resolve", _URLS), ("state", {"state": "success"}))
    ]

    assert {(each.status_code, each.text) for each in answers[2:]} == {(403, '{"detail":"Forbidden"}')}
    assert [each.status_code for each in answers[:2]] == [404, 404]
    assert good(sandbox, "GET", vehicle_path(sandbox))["action_needed"] is True


def test_secret_is_bound_to_its_device(sandbox: Sandbox) -> None:
    """The id of another action is not found with it."""
    url = _lost(sandbox)

    assert _resolve(sandbox, url.replace(url.split("/")[5], UNKNOWN)).status_code == 404


def test_secret_of_a_removed_user_leads_nowhere(sandbox: Sandbox) -> None:
    """Removing a user revokes access at once."""
    url = _lost(sandbox)
    call(sandbox, "DELETE", USER)

    assert _resolve(sandbox, url).status_code == 404


def test_token_is_not_needed(sandbox: Sandbox) -> None:
    """A wrong token does no harm: the secret alone decides, and is required."""
    url = _lost(sandbox)
    headers = {"Authorization": "Bearer wrong"}
    with_token = sandbox.client.post(url, json=_URLS, headers=headers)
    without_secret = sandbox.client.post(url.partition("?")[0], json=_URLS)

    assert with_token.status_code == 200
    assert with_token.headers["X-Sandbox-World"] == "default"
    assert without_secret.status_code == 422
    assert without_secret.json()["detail"][0]["loc"] == ["query", "secret"]


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("resolve", {}),
        ("resolve", {"success_url": "https://portal.example", "cancel_url": "https://portal.example"}),
        ("resolve", _URLS | {"successUrl": "javascript:alert(1)"}),
        ("resolve", _URLS | {"location": "here"}),
        ("state", {}),
        ("state", {"state": "done"}),
        ("state", {"state": "success", "payload": 1}),
    ],
)
def test_podero_033_bad_bodies_are_faults(sandbox: Sandbox, act: str, body: Body) -> None:
    """PODERO-033: one body is in camel case, the other in snake case."""
    url = _lost(sandbox).replace("/resolve", f"/{act}")

    assert sandbox.client.post(url, json=body).status_code == 422


def test_loss_can_lie_ahead(sandbox: Sandbox) -> None:
    """An event at a later instant is seen from then on."""
    vehicle = sandbox.world()["credentials"]["podero"]["electric_vehicle_id"]
    lose_link(sandbox, vehicle, at="+PT10M")
    needed = [
        good(sandbox, "GET", vehicle_path(sandbox), at=at)["action_needed"]
        for at in ("2026-03-04T12:09:59.999Z", "2026-03-04T12:10:00Z")
    ]

    assert needed == [False, True]
    assert lose_link(sandbox, vehicle).status_code == 409


def test_loss_of_other_devices(sandbox: Sandbox) -> None:
    """A heat pump loses its link too, and a device of no kind is unknown."""
    made = good(sandbox, "POST", f"{USER}/heat-pumps", json={})
    lost = lose_link(sandbox, made["id"])
    shown = good(sandbox, "GET", f"{USER}/heat-pumps/{made['id']}")

    assert lost.status_code == 200
    assert [each["code"] for each in shown["actions"]] == ["reauthenticate"]
    assert lose_link(sandbox, UNKNOWN).status_code == 404


def test_lost_link_is_part_of_a_copy(sandbox: Sandbox) -> None:
    """A fork has the pending action under a link of its own, and success there changes nothing here."""
    url = _lost(sandbox)
    body = {"name": "copy", "fork": "default"}
    made = sandbox.client.post("/_sandbox/v1/worlds", json=body)
    copied = _url(sandbox, "copy")
    _resolve(sandbox, copied)
    reported = _report(sandbox, copied, "success")

    assert made.status_code == 201
    assert copied.split("?")[0] == url.split("?")[0]
    assert reported.headers["X-Sandbox-World"] == "copy"
    assert good(sandbox, "GET", vehicle_path(sandbox, world="copy"), world="copy")["action_needed"] is False
    assert good(sandbox, "GET", vehicle_path(sandbox))["action_needed"] is True
    assert good(sandbox, "GET", f"{ORG}/users")


def _lost(sandbox: Sandbox, world: str = "default") -> str:
    """Where the action of the sample vehicle is resolved, which has lost its link."""
    assert lose_link(sandbox, sandbox.world(world)["credentials"]["podero"]["electric_vehicle_id"], world).is_success
    return _url(sandbox, world)


def _url(sandbox: Sandbox, world: str = "default") -> str:
    [action] = good(sandbox, "GET", vehicle_path(sandbox, world=world), world=world)["actions"]
    return path_of(action["resolution_link"]["url"])


def _resolve(sandbox: Sandbox, url: str) -> httpx2.Response:
    return sandbox.client.post(url, json=_URLS)


def _report(sandbox: Sandbox, url: str, state: str) -> httpx2.Response:
    return sandbox.client.post(url.replace("/resolve", "/state"), json={"state": state})
