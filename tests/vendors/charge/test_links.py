"""Page links are absolute, can be followed by the sender of the request, and repeat its filters in their order."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.testclient import TestClient

from tests.conftest import Sandbox
from tests.vendors.charge.pages import RESERVATIONS, SESSIONS, Row, every, page

FORWARDED = {"X-Forwarded-Host": "sandbox.example", "X-Forwarded-Proto": "https"}


def test_a_link_has_the_token_then_the_filters_then_the_limit(sandbox: Sandbox) -> None:
    """A link has `page`, then the filters in the order of the first request, and then `limit`, in any request."""
    fleet = sandbox.world()["sample"]["charge"]["fleet"]
    since = "2026-02-14T00:00:00.000Z"
    asked = [("status", "completed"), ("limit", "3"), ("fleet", fleet), ("created[gte]", since)]
    query = "&".join(f"{name}={value}" for name, value in asked)

    first = page(sandbox, f"{SESSIONS}?{query}")
    second = page(sandbox, first["next_page_url"])
    expected = [asked[0], asked[2], asked[3], ("limit", "3")]

    for link in (first["next_page_url"], second["next_page_url"], second["previous_page_url"]):
        token, *rest = parse_qsl(urlsplit(link).query)
        assert re.fullmatch("page_[A-Za-z0-9_-]{43}", token[1], re.ASCII)
        assert token[0] == "page"
        assert expected == rest


def test_order_of_filters_is_kept_in_the_link(sandbox: Sandbox) -> None:
    """The filters of a link are in the order in which the caller wrote them."""
    fleet = sandbox.world()["sample"]["charge"]["fleet"]
    orders = [f"fleet={fleet}&status=completed", f"status=completed&fleet={fleet}"]

    links = [page(sandbox, f"{SESSIONS}?{order}&limit=2")["next_page_url"] for order in orders]

    assert [f"&{order}&limit=2" for order in orders] == [link[link.index("&") :] for link in links]


def test_a_link_has_the_default_limit(sandbox: Sandbox) -> None:
    """The links of a request without `limit` have the default, 10."""
    links = [page(sandbox, path)["next_page_url"] for path in (SESSIONS, RESERVATIONS)]

    assert all(re.fullmatch(r"http://localhost:8000/v1/\w+\?page=page_[\w-]{43}&limit=10", link) for link in links)


def test_a_link_escapes_its_filters(sandbox: Sandbox) -> None:
    """The `+` of an offset and the brackets of a name mean the same on the next page."""
    first = sandbox.client.get(
        SESSIONS,
        params={"created[lt]": "2026-03-01T12:00:00+01:00", "limit": 2},
        headers=sandbox.charge_key(),
    ).json()

    second = page(sandbox, first["next_page_url"])

    assert [row for row in every(sandbox) if row["created"] < "2026-03-01T11"][:4] == first["data"] + second["data"]


def test_links_have_the_host_of_the_request(sandbox: Sandbox) -> None:
    """Links begin with the host name that the request was sent to."""
    hosts = ["localhost:8000", "wattif:8000", "192.168.1.20", "[::1]:8000"]

    links = [_link(sandbox.client, sandbox, {"Host": host}) for host in hosts]

    assert [f"http://{host}" for host in hosts] == [_origin(link) for link in links]


@pytest.mark.own_server
def test_links_do_not_repeat_an_invalid_host(sandbox: Sandbox) -> None:
    """A Host header that is not a host name does not appear in a link."""
    for host in ("evil.example/?x=", "a b", "user@host", 'x"><script>', "host:port", "é", "[::1]x", "a,b", ""):
        origin = _origin(_link(sandbox.client, sandbox, {"Host": host}))
        assert re.fullmatch(r"http://[a-z0-9.]+(:\d+)?", origin)
        assert not host or host not in origin


@pytest.mark.own_server
def test_forwarded_headers_are_ignored_by_default(sandbox: Sandbox) -> None:
    """Without settings no proxy is trusted."""
    link = _link(sandbox.called_from("127.0.0.1").client, sandbox, FORWARDED)

    assert _origin(link) == "http://localhost:8000"


def test_forwarded_headers_of_a_trusted_proxy_are_used(open_sandbox: Callable[..., Sandbox]) -> None:
    """Links have the valid scheme and host of X-Forwarded headers if the request comes from a trusted network."""
    sandbox = open_sandbox(trusted_proxies=("10.0.0.0/8", "fd00::/8"))
    host, scheme = "X-Forwarded-Host", "X-Forwarded-Proto"
    cases: list[tuple[str, dict[str, str], str]] = [
        ("10.1.2.3", FORWARDED, "https://sandbox.example"),
        ("fd00::7", FORWARDED, "https://sandbox.example"),
        ("::ffff:10.1.2.3", FORWARDED, "https://sandbox.example"),
        ("::ffff:11.1.2.3", FORWARDED, "http://localhost:8000"),
        ("10.1.2.3", {host: "sandbox.example:8443"}, "http://sandbox.example:8443"),
        ("10.1.2.3", {scheme: "https"}, "https://localhost:8000"),
        ("10.1.2.3", {host: "outer.example, inner.example", scheme: "https,http"}, "https://outer.example"),
        ("10.1.2.3", {host: "evil.example/?", scheme: "javascript"}, "http://localhost:8000"),
        ("11.1.2.3", FORWARDED, "http://localhost:8000"),
        ("fe80::7", FORWARDED, "http://localhost:8000"),
        ("10.1.2.3", {}, "http://localhost:8000"),
    ]

    origins = [_origin(_link(sandbox.called_from(address).client, sandbox, sent)) for address, sent, _ in cases]

    assert [expected for _, _, expected in cases] == origins


def test_a_public_url_begins_every_link(open_sandbox: Callable[..., Sandbox]) -> None:
    """With a public URL every link begins with it, for every Host header."""
    sandbox = open_sandbox(public_url="https://wattif.example:444", trusted_proxies=("127.0.0.0/8",))
    client = sandbox.called_from("127.0.0.1").client

    origins = {_origin(_link(client, sandbox, sent)) for sent in ({}, FORWARDED, {"Host": "elsewhere.example"})}

    assert origins == {"https://wattif.example:444"}


def _link(client: TestClient, sandbox: Sandbox, headers: Mapping[str, str]) -> str:
    """The next link of a list that was asked for with these headers."""
    sent = {name.encode(): value.encode() for name, value in (sandbox.charge_key() | dict(headers)).items()}
    answer = client.get(SESSIONS, params={"limit": 1}, headers=sent)
    assert answer.status_code == 200, answer.text
    body: Row = answer.json()
    return str(body["next_page_url"])


def _origin(link: str) -> str:
    return link[: link.index("/v1/")]
