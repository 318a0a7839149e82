"""The sockets that a server listens on."""

import os
import socket


def listen(host: str, port: int) -> socket.socket:
    """The socket to serve on. It is bound first, so that a port in use stops the start before any work."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error
        raise OSError(f"cannot listen on {host}:{port}: {reason}; --port chooses another port") from error


def url_of(host: str, listening: socket.socket) -> str:
    port = listening.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
