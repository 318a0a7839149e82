"""The address that a request was sent to, as the headers of proxies tell it; malformed values are left out."""

from typing import Final

import pytest
from starlette.datastructures import Headers

from app.web.forwarded import Address, forwarded, named_hosts

_HOST: Final = "wattif:8000"


@pytest.mark.parametrize(
    ("value", "scheme", "host"),
    [
        ("proto=https;host=api.example", "https", "api.example"),
        ('for=192.0.2.60;proto=HTTPS;host="api.example:8443";by=203.0.113.43', "https", "api.example:8443"),
        ('Host="[2001:db8::1]:8443" ; Proto=http', "http", "[2001:db8::1]:8443"),
        ("for=1.2.3.4;proto=https;host=outer.example, proto=http;host=inner.example", "https", "outer.example"),
        ("for=1.2.3.4, proto=https;host=inner.example", "https", "inner.example"),
        ('proto=https;host="a\\pi.example"', "https", "api.example"),
        ('for="[2001:db8::1],;=";host=api.example', None, "api.example"),
        (";;host=api.example;,", None, "api.example"),
        ("proto=javascript;host=api.example", None, "api.example"),
        ("proto=https;host=api.example/path", None, None),
        ('proto=https;host="api.example', None, None),
        ('proto=https;host="api.example:99999"', "https", None),
        ("host=api.example:8443", None, None),
        ("proto=https;proto=http", None, None),
        ("host=api.example extra", None, None),
        ("=", None, None),
    ],
)
def test_forwarded_is_read_as_rfc_7239_says(value: str, scheme: str | None, host: str | None) -> None:
    """Names in any case, quoted values, several proxies; a header that is malformed as a whole counts as missing."""
    address = forwarded(Headers({"Forwarded": value}))

    assert (address.scheme, address.host) == (scheme, host)


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, Address(None, _HOST, "")),
        ({"Proto": "https"}, Address("https", _HOST, "")),
        ({"Proto": " HTTPS , http"}, Address("https", _HOST, "")),
        ({"Host": "api.example"}, Address(None, "api.example", "")),
        ({"Host": "api.example", "Port": "8443"}, Address(None, "api.example:8443", "")),
        ({"Host": "api.example:9000", "Port": "8443"}, Address(None, "api.example:9000", "")),
        ({"Host": "[::1]", "Port": "8443"}, Address(None, "[::1]:8443", "")),
        ({"Host": "api.example", "Port": "443"}, Address(None, "api.example", "")),
        ({"Host": "api.example", "Port": "80"}, Address(None, "api.example", "")),
        ({"Host": "api.example", "Port": "0"}, Address(None, "api.example", "")),
        ({"Host": "api.example", "Port": "65536"}, Address(None, "api.example", "")),
        ({"Host": "api.example", "Port": "8443, 80"}, Address(None, "api.example:8443", "")),
        ({"Host": "api.example", "Port": "x"}, Address(None, "api.example", "")),
        ({"Host": "api.example:0"}, Address(None, None, "")),
        ({"Host": "api.example/x"}, Address(None, None, "")),
        ({"Host": "user@api.example"}, Address(None, None, "")),
        ({"Prefix": "/wattif"}, Address(None, _HOST, "/wattif")),
        ({"Prefix": "/wattif/"}, Address(None, _HOST, "/wattif")),
        ({"Prefix": "/"}, Address(None, _HOST, "")),
        ({"Prefix": "/tools, /wattif"}, Address(None, _HOST, "/tools/wattif")),
        ({"Prefix": "wattif"}, Address(None, _HOST, "")),
        ({"Prefix": "//evil.example"}, Address(None, _HOST, "")),
        ({"Prefix": "/a/../b"}, Address(None, _HOST, "")),
        ({"Prefix": "/a?b"}, Address(None, _HOST, "")),
        ({"Prefix": "/a%0d%0a"}, Address(None, _HOST, "")),
    ],
)
def test_x_forwarded_headers_are_read(headers: dict[str, str], address: Address) -> None:
    """The first value of each counts, a port goes to a host without one, and the paths of all proxies are joined."""
    sent = {f"X-Forwarded-{name}": value for name, value in headers.items()} | {"Host": _HOST}

    assert forwarded(Headers(sent)) == address


def test_forwarded_has_precedence() -> None:
    """If it names a scheme or a host, the older headers for both are ignored, and the path still counts."""
    older = {"X-Forwarded-Host": "b.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/wattif"}

    assert forwarded(Headers(older | {"Forwarded": "host=a.example"})) == Address(None, "a.example", "/wattif")
    assert forwarded(Headers(older | {"Forwarded": "for=1.2.3.4"})) == Address("https", "b.example", "/wattif")
    assert forwarded(Headers(older | {"Forwarded": "host="})) == Address("https", "b.example", "/wattif")


def test_every_host_is_named() -> None:
    """The hosts of all proxies are among them, because the first may come from the caller."""
    sent = {"X-Forwarded-Host": "a.example, b.example", "Forwarded": "host=c.example, host=d.example"}

    assert named_hosts(Headers(sent)) == ["a.example", "b.example", "c.example", "d.example"]
