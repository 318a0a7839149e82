"""The client of the control API."""

import json
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Final, Self

from .. import __version__
from . import calls
from .address import default_address, default_token, valid_address
from .answers import ControlResponse, Health
from .calls import Call
from .errors import UsageError
from .values import Duration, Instant, read, seconds_of, text_of
from .vendors import ChosenCredentials
from .world import World

_CONTROL: Final = "/_sandbox/v1"


class ControlClient:
    """Calls the control API of the server at `url`. Threads may share a client.

    `url` is http or https, a host, and optionally a port and the path that a proxy puts before the server's own;
    `http://` may be left out. By default it is the one in `WATTIF_URL`, else `http://127.0.0.1` with the port in
    `WATTIF_PORT`, or 8000. `token` is the server's admin token, if it has one; by default the one in
    `WATTIF_ADMIN_TOKEN`, unless a `url` is given. `timeout_s` limits each wait for the network in seconds, not the
    whole call.

    Connections are kept open between calls; `close`, or the end of a `with` block, closes them. A call is never sent
    twice: if its connection breaks, it fails, because the server may have got it.

    Every call raises a subclass of `ControlError` when it fails: RefusedError with the server's reason, NoAnswerError
    without a complete answer, UsageError for an argument that cannot be sent. The client itself raises UsageError if
    `url` is no such address, if `token` cannot be sent in a header, or if `timeout_s` is not above 0 and up to a day.
    """

    def __init__(self, url: str | None = None, *, token: str | None = None, timeout_s: float = 60) -> None:
        from .http import Transport  # noqa: PLC0415 - http.client takes as long to load as all else that a client needs

        self.url: Final = valid_address(default_address() if url is None else text_of("url", url))
        if url is None and token is None:
            token = default_token()
        headers = {"Accept": "application/json", "User-Agent": f"wattif/{__version__}"}
        if token is not None:
            if not text_of("token", token).isascii() or not token.isprintable():
                raise UsageError("the token holds characters that a header cannot carry")
            headers["Authorization"] = f"Bearer {token}"
        self._transport: Final = Transport(self.url, headers, seconds_of("timeout_s", timeout_s))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if "_transport" in self.__dict__:
            self.close()

    def close(self) -> None:
        """Closes the connections that no call uses. A later call opens a new one."""
        self._transport.close()

    def create_world(
        self,
        name: str | None = None,
        *,
        scenario: str | None = None,
        seed: int | None = None,
        start: Instant | None = None,
        speed: float | None = None,
        fork: "str | World | None" = None,
        expires_in: Duration | None = None,
        credentials: ChosenCredentials | None = None,
    ) -> World:
        """Creates a world with its own keys and its own clock.

        `name` is chosen by the server by default. `scenario` is `village` by default, and its `seed`, `start` and
        `speed` are the defaults of these: the same three of the first give the same answers. `start` is an aware
        datetime, an RFC 3339 text, or `now`; `speed` is in simulated seconds per second, and 0 stands still.
        `fork` copies that world instead, as it is now. `expires_in` is the real time after which the world is gone,
        a timedelta or a text such as `PT1H`; by default it stays. `credentials` chooses keys.

        Raises RefusedError with status 409 if the name or a key is taken, or there are too many worlds, 404 for an
        unknown world to fork, and 400 for an unknown scenario.
        """
        call = calls.create_world(
            name,
            scenario=scenario,
            seed=seed,
            start=start,
            speed=speed,
            fork=fork.name if isinstance(fork, World) else fork,
            expires_in=expires_in,
            credentials=credentials,
        )
        return World(self, self.send(call).body)

    def world(self, name: str) -> World:
        """The world of that name.

        Raises RefusedError with status 404 if there is none; its message names the worlds with the nearest names.
        """
        return World(self, self.send(calls.show_world(name)).body)

    def worlds(self, prefix: str | None = None) -> list[World]:
        """All worlds, or those whose names begin with the prefix, in an order that stays."""
        shown: list[Any] = read(_listed, self.send(calls.list_worlds(prefix)).body)
        return [World(self, each) for each in shown]

    def delete_worlds(self, prefix: str) -> int:
        """Deletes all worlds whose names begin with the prefix, but for the two of every server; returns how many."""
        return read(_deleted, self.send(calls.delete_worlds(prefix)).body)

    def import_world(
        self, document: bytes | Mapping[str, Any], *, name: str | None = None, expires_in: Duration | None = None
    ) -> World:
        """Creates a world from what `World.export` returned, as bytes or as the object in them. It gets new keys.

        `name` is the one in the document by default. Raises RefusedError with status 400 for a document that is not
        valid, and 409 if the name is taken.
        """
        return World(self, self.send(calls.import_world(document, name=name, expires_in=expires_in)).body)

    def health(self) -> Health:
        """The status and the version of the server. Raises NoAnswerError if it does not run."""
        return read(_health, self.send(calls.health()).body)

    def send(self, call: Call) -> ControlResponse:
        """Sends a call of `wattif.client.calls`, and returns the server's 2xx answer."""
        return self.request(*call)

    def request(self, method: str, path: str, body: object = None) -> ControlResponse:
        """Sends a request, and returns the server's 2xx answer: the low level below all other calls.

        `path` is relative to `/_sandbox/v1`. `body` is sent as JSON; bytes are sent as they are.
        """
        return self._transport.send(text_of("method", method), f"{_CONTROL}{path}", _content(body))

    def download(self, path: str, write: Callable[[bytes], object]) -> int:
        """Gets a JSON answer of any length, and calls `write` with each piece of it; returns its length in bytes.

        `path` is relative to `/_sandbox/v1`. When the answer breaks off, which raises NoAnswerError, `write` may have
        been called with a part of it.
        """
        return self._transport.download(f"{_CONTROL}{path}", write)


def _content(body: object) -> bytes | None:
    """The bytes of a body. Raises UsageError if it is no JSON."""
    if body is None or isinstance(body, bytes):
        return body
    try:
        return json.dumps(body, allow_nan=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"the body of the call is no JSON: {error}") from None


def _listed(body: Mapping[str, Any]) -> list[Any]:
    return list(body["worlds"])


def _deleted(body: Mapping[str, Any]) -> int:
    return int(body["deleted"])


def _health(body: Mapping[str, Any]) -> Health:
    return Health(status=body["status"], version=body["version"])
