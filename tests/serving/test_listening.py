"""A server listens on every address of its host, with one port."""

import errno
import socket

import pytest

from app.server.sockets import close, listen, url_of


def has_ipv6() -> bool:
    """Whether this machine has an IPv6 loopback address."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
@pytest.mark.parametrize("host", ["::", "localhost"])
def test_both_families_have_the_same_port(host: str) -> None:
    """Clients reach the server by IPv4 and IPv6, also at a port that it chose."""
    listening = listen(host, 0)
    try:
        ports = {each.getsockname()[1] for each in listening}
        assert len(ports) == 1
        for address in ("127.0.0.1", "::1"):
            socket.create_connection((address, *ports), 5).close()
    finally:
        close(listening)


@pytest.mark.parametrize(("host", "missing"), [("::", socket.AF_INET6), ("localhost", socket.AF_INET)])
def test_a_family_may_be_missing(monkeypatch: pytest.MonkeyPatch, host: str, missing: socket.AddressFamily) -> None:
    """A machine without IPv6, or without IPv4, serves the other family."""
    if missing == socket.AF_INET and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    create = socket.create_server

    def without_family(address: tuple[str, int], *, family: socket.AddressFamily, backlog: int) -> socket.socket:
        if family == missing:
            raise OSError(errno.EAFNOSUPPORT, "not supported")
        return create(address, family=family, backlog=backlog)

    monkeypatch.setattr(socket, "create_server", without_family)
    listening = listen(host, 0)
    try:
        assert [each.family == missing for each in listening] == [False]
    finally:
        close(listening)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 - the user's choice
def test_an_ipv4_address_has_one_socket(host: str) -> None:
    """An address listens on itself only, and its URL names it."""
    listening = listen(host, 0)
    try:
        assert [each.getsockname()[0] for each in listening] == [host]
        assert url_of(host, listening) == f"http://{host}:{listening[0].getsockname()[1]}"
    finally:
        close(listening)


def test_an_ipv6_url_has_brackets() -> None:
    """The URL of an IPv6 address can be opened."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert url_of("::1", [listening]) == f"http://[::1]:{listening.getsockname()[1]}"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::"])
def test_a_port_in_use_is_refused(host: str) -> None:
    """A port that is taken for one family is refused as a whole, and the message names host and port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"cannot listen on {host}:{port}: .*--port"):
            listen(host, port)


@pytest.mark.parametrize("host", ["192.0.2.1", "unknown.invalid"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    """The message advises another host, because another port would not help."""
    with pytest.raises(OSError, match=f"cannot listen on {host}:0: .*--host"):
        listen(host, 0)
