"""Behind a proxy, links, redirects and pages lead back through it, and its hosts are checked."""

from collections.abc import Callable
from typing import Final

import httpx2
import pytest

from tests.conftest import HOST, Sandbox

pytestmark = pytest.mark.one_database

PROXY: Final = "10.1.2.3"
FORWARDED: Final = {
    "Host": "wattif:8000",
    "X-Forwarded-Host": "localhost:9000",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Prefix": "/tools/wattif",
}
THERE: Final = "https://localhost:9000/tools/wattif"
WORLDS: Final = "/_sandbox/v1/worlds"
SESSIONS: Final = "/v1/charging_sessions"


@pytest.fixture
def proxied(open_sandbox: Callable[..., Sandbox]) -> Sandbox:
    """A sandbox that trusts a proxy; the client is the proxy."""
    return open_sandbox(trusted_proxies="10.0.0.0/8").called_from(PROXY)


def test_links_and_redirects_lead_back_below_the_prefix(proxied: Sandbox) -> None:
    """Links of lists, of contracts, of new worlds and of redirects begin with the proxy's address and its path.

    Those of the page `/docs` are relative to it.
    """
    keys = proxied.charge_key()
    page = proxied.client.get(SESSIONS, params={"limit": 1}, headers=keys | FORWARDED).json()
    made = proxied.client.post(WORLDS, json={"name": "made"}, headers=FORWARDED)
    contract = proxied.client.get("/_sandbox/v1/openapi/charge.json", headers=FORWARDED).json()
    listed = proxied.client.get("/docs/contracts.json", headers=FORWARDED).json()["contracts"]
    slash = _get(proxied, "/api/v1/users/u/charging-sessions?page=2")

    assert page["next_page_url"].startswith(f"{THERE}{SESSIONS}?page=")
    assert made.headers["Location"] == "/tools/wattif/_sandbox/v1/worlds/made"
    assert contract["servers"][0]["url"] == THERE
    assert all(each["url"].startswith("docs/contracts/") for each in listed)
    assert slash.headers["Location"] == "/tools/wattif/api/v1/users/u/charging-sessions/?page=2"
    assert {_get(proxied, path).headers["Location"] for path in ("/", "/docs/")} == {"/tools/wattif/docs"}


def test_forwarded_header_is_used(proxied: Sandbox) -> None:
    """The header of RFC 7239 gives scheme and host."""
    headers = proxied.charge_key() | {"Forwarded": 'for=1.2.3.4;host="api.example:8443";proto=https'}
    page = proxied.client.get(SESSIONS, params={"limit": 1}, headers=headers).json()

    assert page["next_page_url"].startswith(f"https://api.example:8443{SESSIONS}?page=")


def test_pages_load_below_any_path(untouched: Sandbox) -> None:
    """The page and its script name files and contracts by relative addresses."""
    page, script = (untouched.client.get(path).text for path in ("/docs", "/docs/static/docs.js"))

    assert not {'href="/', 'src="/'} & {page[at : at + len('href="/')] for at in range(len(page))}
    assert 'fetch("/' not in script


def test_public_url_may_have_a_path(open_sandbox: Callable[..., Sandbox]) -> None:
    """The proxy may remove the path or leave it; links begin with the public URL both ways."""
    sandbox = open_sandbox(public_url="https://tools.example/a/wattif/")
    keys = sandbox.charge_key()
    for before in ("", "/a/wattif"):
        page = sandbox.client.get(f"{before}{SESSIONS}", params={"limit": 1}, headers=keys)
        assert page.json()["next_page_url"].startswith(f"https://tools.example/a/wattif{SESSIONS}?page=")
        assert sandbox.client.get(f"{before}/docs").status_code == 200
        assert sandbox.client.get(f"{before}/docs/static/docs.js").status_code == 200
    assert _get(sandbox, "/a/wattif").headers["Location"] == "/a/wattif/docs"
    assert sandbox.client.get("/a/wattifs/docs").status_code == 404
    assert sandbox.client.get(WORLDS, headers={"Host": "tools.example", "Origin": "https://tools.example"}).is_success


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 200),
        ({"Origin": "https://localhost:9000"}, 200),
        ({"X-Forwarded-Host": "sandbox", "Origin": "https://sandbox"}, 200),
        ({"X-Forwarded-Host": "sandbox", "X-Forwarded-Port": "8443", "Origin": "https://sandbox:8443"}, 200),
        ({"X-Forwarded-Host": "sandbox", "Origin": "https://wattif:8000"}, 403),
        ({"X-Forwarded-Host": "evil.example"}, 403),
        ({"X-Forwarded-Host": "localhost, evil.example"}, 403),
        ({"X-Forwarded-Host": "evil.example, localhost"}, 403),
        ({"Forwarded": "host=evil.example"}, 403),
        ({"Host": "evil.example"}, 403),
    ],
)
def test_hosts_of_a_proxy_are_checked(proxied: Sandbox, changed: dict[str, str], status: int) -> None:
    """Each host that a trusted proxy names must be a local one, and a page of the first is one of this server's."""
    assert proxied.client.get(WORLDS, headers=FORWARDED | changed).status_code == status


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "Forwarded"])
def test_headers_of_other_callers_are_ignored(open_sandbox: Callable[..., Sandbox], name: str) -> None:
    """They neither open the control API to a foreign host, nor close it, nor change a link."""
    other = open_sandbox(trusted_proxies="10.0.0.0/8").called_from("192.168.1.9")
    value = {"X-Forwarded-Host": "{}", "Forwarded": "host={}"}[name]
    opening, closing = ({name: value.format(host)} for host in ("localhost", "evil.example"))
    link = other.client.get(SESSIONS, params={"limit": 1}, headers=other.charge_key() | closing).json()["next_page_url"]

    assert other.client.get(WORLDS, headers=opening | {"Host": "evil.example"}).status_code == 403
    assert other.client.get(WORLDS, headers=closing).status_code == 200
    assert link.startswith(f"{HOST}{SESSIONS}")


def _get(sandbox: Sandbox, path: str) -> httpx2.Response:
    return sandbox.client.get(path, headers=FORWARDED, follow_redirects=False)
