"""The sockets that a server listens on."""

import errno
import os
import socket
from collections.abc import Iterable
from typing import Final

_BACKLOG: Final = 2048
_ATTEMPTS: Final = 20
_PAIRS: Final = {"localhost": ("127.0.0.1", "::1"), "::": ("0.0.0.0", "::")}  # noqa: S104 - asked for by the user
"""Hosts that stand for an address of each family, for which name resolution may know one only."""
_NO_FAMILY: Final = {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT}
"""The machine has no IPv4, or no IPv6."""

Address = tuple[socket.AddressFamily, str]
Sockets = list[socket.socket]


def listen(host: str, port: int) -> Sockets:
    """The sockets to serve on, with the same port for each address of the host. With port 0, one that is free for all.

    They are bound first, so that a port in use stops the start before any work. Raises OSError. An address family that
    the machine does not have is left out, unless it is the only one.
    """
    try:
        addresses = _addresses(host, port)
        for _ in range(_ATTEMPTS - 1):
            try:
                return _bound(addresses, port)
            except OSError as error:
                if port or error.errno != errno.EADDRINUSE:
                    raise
        return _bound(addresses, port)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error
        another = "--port chooses another port" if _is_about_port(error) else "--host chooses another address"
        raise OSError(f"cannot listen on {host}:{port}: {reason}; {another}") from error


def url_of(host: str, listening: Iterable[socket.socket]) -> str:
    """The URL of a server, as its users can call it."""
    port = next(iter(listening)).getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _is_about_port(error: OSError) -> bool:
    """Whether the port is in use or not allowed, and not the address unknown or of another machine."""
    return error.errno in {errno.EADDRINUSE, errno.EACCES, errno.EPERM}


def _addresses(host: str, port: int) -> list[Address]:
    """The addresses of a host, without repetitions."""
    found = [
        (family, str(address[0]))
        for name in _PAIRS.get(host, (host,))
        for family, _, _, _, address in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    ]
    return list(dict.fromkeys(found))


def _bound(addresses: Iterable[Address], port: int) -> Sockets:
    """A socket for each address; all have the port of the first one."""
    bound: Sockets = []
    missing = None
    try:
        for family, address in addresses:
            at = bound[0].getsockname()[1] if bound else port
            try:
                bound.append(socket.create_server((address, at), family=family, backlog=_BACKLOG))
            except OSError as error:
                if error.errno not in _NO_FAMILY:
                    raise
                missing = error
        if missing is not None and not bound:
            raise missing
    except OSError:
        close(bound)
        raise
    return bound


def close(sockets: Iterable[socket.socket]) -> None:
    for each in sockets:
        each.close()
