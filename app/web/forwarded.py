"""What proxies say about the address that a request was sent to: `Forwarded` (RFC 7239) and the X-Forwarded headers."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers

_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?")
_PORT: Final = re.compile(r"[0-9]{1,5}")
_PATH: Final = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)+")
_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - a token of HTTP's grammar
_PART: Final = re.compile(rf'[ \t]*(?:({_TOKEN})=({_TOKEN}|"(?:[^"\\]|\\.)*"))?[ \t]*([;,]|$)')
"""A parameter of `Forwarded`, which may be missing, and what ends it."""
_DEFAULT_PORTS: Final = frozenset({80, 443})
_LAST_PORT: Final = 65_535
_SCHEMES: Final = frozenset({"http", "https"})


@dataclass(frozen=True, slots=True)
class Address:
    """Scheme, host with its port, and the path that a proxy has removed from the request's, or "".

    A malformed value is left out; `scheme` and `host` are then None.
    """

    scheme: str | None
    host: str | None
    prefix: str


def forwarded(headers: Headers) -> Address:
    """The address that the first proxy was called at.

    `Forwarded` has precedence if it names a scheme or a host; the X-Forwarded headers for both are then ignored.
    X-Forwarded-Port is for a host without a port.
    """
    prefix = "".join(filter(None, map(path, _listed(headers, "x-forwarded-prefix"))))
    told = next((each for each in _elements(headers) if "proto" in each or "host" in each), None)
    if told is not None:
        return Address(_scheme(told.get("proto")), _host(told.get("host")), prefix)
    scheme, host, port = (next(_listed(headers, f"x-forwarded-{name}"), None) for name in ("proto", "host", "port"))
    return Address(_scheme(scheme), _with_port(_host(host or headers.get("host")), port), prefix)


def named_hosts(headers: Headers) -> list[str]:
    """Every host that a proxy on the way names. The first of them may be the caller's own header."""
    return [*_listed(headers, "x-forwarded-host"), *(each["host"] for each in _elements(headers) if "host" in each)]


def is_host(text: str) -> bool:
    """Whether this is a name or an address, and a port if there is one."""
    match = _HOST.fullmatch(text)
    return match is not None and (match[1] is None or 0 < int(match[1]) <= _LAST_PORT)


def path(text: str) -> str | None:
    """A path without a slash at its end, `""` for `/`; None if it is malformed, or leads to another host."""
    bare = text.removesuffix("/")
    return bare if not bare or _PATH.fullmatch(bare) else None


def _listed(headers: Headers, name: str) -> Iterator[str]:
    """The values of a header in their order, whether one line has them or several."""
    for line in headers.getlist(name):
        yield from filter(None, (value.strip() for value in line.split(",")))


def _elements(headers: Headers) -> list[Mapping[str, str]]:
    """The parameters of each element of `Forwarded`, their names in lower case; none if the header is malformed."""
    text, at = ", ".join(headers.getlist("forwarded")), 0
    found: list[dict[str, str]] = [{}]
    while at < len(text):
        match = _PART.match(text, at)
        if match is None or (match[1] and match[1].lower() in found[-1]):
            return []
        if match[1]:
            value = match[2]
            found[-1][match[1].lower()] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
        if match[3] == ",":
            found.append({})
        at = match.end()
    return [each for each in found if each]


def _scheme(text: str | None) -> str | None:
    lower = (text or "").lower()
    return lower if lower in _SCHEMES else None


def _host(text: str | None) -> str | None:
    return text if text is not None and is_host(text) else None


def _with_port(host: str | None, port: str | None) -> str | None:
    if host is None or port is None or not _PORT.fullmatch(port):
        return host
    has_port = host.rpartition("]")[2].count(":") > 0
    is_needed = 0 < int(port) <= _LAST_PORT and int(port) not in _DEFAULT_PORTS
    return host if has_port or not is_needed else f"{host}:{int(port)}"
