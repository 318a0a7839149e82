"""Control API and docs answer local callers, and refuse foreign host names and foreign pages."""

from collections.abc import Callable
from typing import Final

import pytest

from tests.conftest import Sandbox

pytestmark = pytest.mark.one_database

GUARDED: Final = (
    "/_sandbox/v1/worlds",
    "/_sandbox/v1/health",
    "/_sandbox/v1/metrics",
    "/_sandbox/v1/openapi/charge.json",
    "/docs",
    "/docs/static/docs.js",
)
NEAR: Final = (
    "localhost",
    "localhost:8000",
    "LOCALHOST:8000",
    "127.0.0.1",
    "127.0.0.1:8000",
    "192.168.1.20:8000",
    "[::1]",
    "[::1]:8000",
    "[fd00::1]:8000",
    "wattif",
    "wattif:8000",
    "sandbox-1",
    "localhost.",
    "wattif.localhost:8000",
    "a.b.LOCALHOST.",
    "host.docker.internal:8000",
    "HOST.docker.internal.",
    "gateway.docker.internal",
    "kubernetes.docker.internal",
    "host.containers.internal:8000",
    "host.lima.internal",
    "host.minikube.internal:8000",
    "host.k3d.internal",
    "[fe80::1%25eth0]:8000",
)
FAR: Final = (
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "127.0.0.1.nip.io:8000",
    "evil.example.",
    "[evil.example]",
    "wattif.internal",
    "docker.internal",
    "host.docker.internal.evil.example",
    "localhost.evil.example.",
    "evil.localhost.example",
)


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("host", NEAR)
def test_local_hosts_are_answered(untouched: Sandbox, path: str, host: str) -> None:
    """Loopback names, IP addresses and names of a single label are answered, with any port."""
    assert untouched.client.get(path, headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", GUARDED)
@pytest.mark.parametrize("host", FAR)
def test_foreign_hosts_are_refused(untouched: Sandbox, path: str, host: str) -> None:
    """Any other name, which DNS rebinding could bring, is 403; the detail says what to set."""
    answer = untouched.client.get(path, headers={"Host": host})

    assert answer.status_code == 403
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "WATTIF_ALLOWED_HOSTS" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/_sandbox/", "/_sandbox/nothing", "/_sandbox/v1", "/_sandbox/v1/nothing"])
def test_foreign_hosts_do_not_learn_which_paths_exist(untouched: Sandbox, path: str) -> None:
    """Paths beside the control API are 403 for them too."""
    assert untouched.client.get(path, headers={"Host": "evil.example"}).status_code == 403
    assert untouched.client.get(path).status_code == 404


def test_a_change_from_a_foreign_host_has_no_effect(untouched: Sandbox) -> None:
    """The refused change changes nothing."""
    answers = [
        untouched.client.post("/_sandbox/v1/worlds/default/reset", headers={"Host": "evil.example"}),
        untouched.client.post(
            "/_sandbox/v1/worlds/default/clock/advance", json={"by": "PT1H"}, headers={"Host": "evil.example"}
        ),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert untouched.now() == "2026-03-04T12:00:00.000Z"


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8000", "http://evil.example"),
        ("localhost:8000", "https://localhost.evil.example:8000"),
        ("localhost:8000", "null"),
        ("localhost:8000", "http://wattif:8000"),
        ("localhost:8000", "http://127.0.0.1.evil.example"),
        ("localhost:8000", "http://192.168.1.20:8000"),
        ("localhost:8000", "ftp://localhost"),
        ("localhost:8000", ""),
        ("localhost:8000", "localhost:8000"),
    ],
)
def test_pages_of_another_origin_are_refused(untouched: Sandbox, host: str, origin: str) -> None:
    """A page of another origin is 403, for reads and for changes."""
    headers = {"Host": host, "Origin": origin}
    answers = [
        untouched.client.get("/_sandbox/v1/worlds", headers=headers),
        untouched.client.post("/_sandbox/v1/worlds/default/clock/advance", json={"by": "PT1H"}, headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert untouched.now() == "2026-03-04T12:00:00.000Z"


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8000", "http://localhost:8000"),
        ("LocalHost:8000", "http://localhost:8000"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("wattif", "https://wattif"),
    ],
)
def test_pages_of_this_server_are_answered(sandbox: Sandbox, host: str, origin: str) -> None:
    """A page of this server's own origin may read and change."""
    answer = sandbox.client.post(
        "/_sandbox/v1/worlds/default/clock/advance", json={"by": "PT1H"}, headers={"Host": host, "Origin": origin}
    )

    assert answer.status_code == 200


@pytest.mark.parametrize("host", ["sandbox.example.com", "SANDBOX.example.com:443", "other.test"])
def test_allowed_hosts_are_answered(open_sandbox: Callable[..., Sandbox], host: str) -> None:
    """Allowed host names are answered in any case and with any port; others are not."""
    sandbox = open_sandbox(allowed_hosts=("sandbox.example.com", "Other.test"))

    assert sandbox.client.get("/_sandbox/v1/worlds", headers={"Host": host}).status_code == 200
    assert sandbox.client.get("/docs", headers={"Host": host}).status_code == 200
    assert sandbox.client.get("/_sandbox/v1/worlds", headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("allowed", ["sandbox.example.com.", "Sandbox.Example.com:8443", " sandbox.example.com"])
def test_allowed_hosts_are_compared_as_names(open_sandbox: Callable[..., Sandbox], allowed: str) -> None:
    """A port, the dot of the root and capitals of the setting do not count."""
    sandbox = open_sandbox(allowed_hosts=allowed)

    assert sandbox.client.get("/docs", headers={"Host": "sandbox.example.com:443"}).status_code == 200


@pytest.mark.parametrize("hosts", [("localhost", "evil.example"), ("evil.example", "localhost")])
def test_every_host_is_checked(untouched: Sandbox, hosts: tuple[str, str]) -> None:
    """A request with two Host headers is refused if one of them is foreign."""
    headers = [(b"Host", host.encode()) for host in hosts]

    assert untouched.client.get("/_sandbox/v1/worlds", headers=headers).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "api.vendor.example:443"])
def test_vendors_answer_any_host(untouched: Sandbox, host: str) -> None:
    """The vendors' APIs are protected by their keys only: any host and any origin is answered."""
    headers = {"Host": host, "Origin": "https://frontend.example", **untouched.charge_key()}

    assert untouched.client.get("/v1/charging_sessions", headers=headers).status_code == 200
