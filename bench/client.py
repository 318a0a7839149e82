"""A client on one keep-alive connection. An answer that is no success is an error unless it was said to be expected."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

HOST: Final = "127.0.0.1"
OK: Final = 200
_SUCCESSES: Final = (OK, 201, 204)
_PATIENCE_S: Final = 10
_IDLE_S: Final = 0.5
"""Servers close a connection that is idle for some seconds: after so long, the next request opens another."""


class MeasureFailedError(Exception):
    """What was to be measured did not do what it is measured at; the message says what it did instead."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and the bytes that came with it."""

    status: int
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - whatever was sent
        return orjson.loads(self.body)


class Client:
    """A connection to a server on this machine."""

    def __init__(self, port: int, patience_s: float = _PATIENCE_S) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=patience_s)
        self._used_at = perf_counter()

    def get(self, path: str, key: str = "") -> Answer:
        """What a path, or an absolute link, answers."""
        parts = urlsplit(path)
        return self._ask("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path, key=key)

    def post(self, path: str, body: Mapping[str, object], *, key: str = "", expected: tuple[int, ...] = ()) -> Answer:
        return self._ask("POST", path, key=key, body=orjson.dumps(body), expected=expected)

    def patch(self, path: str, body: Mapping[str, object]) -> Answer:
        return self._ask("PATCH", path, key="", body=orjson.dumps(body))

    def delete(self, path: str) -> Answer:
        return self._ask("DELETE", path, key="")

    def close(self) -> None:
        self._connection.close()

    def _ask(
        self, method: str, path: str, *, key: str, body: bytes | None = None, expected: tuple[int, ...] = ()
    ) -> Answer:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if perf_counter() - self._used_at > _IDLE_S:
            self._connection.close()
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            answer = Answer(response.status, response.read())
        except (OSError, HTTPException) as error:
            raise MeasureFailedError(f"{method} {path}: {error!r}") from error
        self._used_at = perf_counter()
        if answer.status not in (*_SUCCESSES, *expected):
            raise MeasureFailedError(f"{method} {path}: {answer.status} {answer.body[:200].decode(errors='replace')}")
        return answer
