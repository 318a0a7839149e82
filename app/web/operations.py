"""Finds the operation of a request by the segments of its path, as fast among sixty operations as among three.

Starlette tries one route after the other, each with a regular expression, so the sixtieth route would take longer to
find than most operations take to answer.
"""

from asyncio import CancelledError
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from ..worlds.vendor import Documented
from .path_table import PathTable, parameter_names

HINT: Final = "X-Sandbox-Hint"
"""The header that tells of an operation which the vendor documents and this server does not emulate."""


class NotEmulatedError(HTTPException):
    """A path (404) at which the vendor documents an operation, and at which this server has none."""


class ServerStoppingError(Exception):
    """The request was cancelled, because the server stops."""


@dataclass(frozen=True, slots=True)
class _Operation:
    """A route and the names of its path's parameters."""

    route: Route
    names: tuple[str, ...]


class OperationRouter(APIRouter):
    """A router that finds its operations in a table. A route for GET answers HEAD too; the server drops the body.

    It answers OPTIONS with `Allow` at every path that has an operation. Otherwise it raises HTTPException: 404, or 405
    with a complete `Allow`. Both have a hint if the operation is in `inventory`, the vendor's documented operations.
    With `any_slash` a path may have a slash at its end. A request that is cancelled while the server stops raises
    ServerStoppingError, so that it gets the API's own answer.
    """

    def __init__(
        self, routes: Iterable[BaseRoute], inventory: Sequence[Documented] = (), *, any_slash: bool = False
    ) -> None:
        """Raises ValueError if a path has a converter, two parameters in one segment, or one method twice."""
        super().__init__(routes=list(routes), redirect_slashes=False)
        self._any_slash: Final = any_slash
        self._operations: Final = PathTable[_Operation]()
        for route in self.routes:
            if isinstance(route, Route):
                operation = _Operation(route, parameter_names(route.path))
                for method in _answered(route.methods or set()):
                    self._operations.add(route.path, method, operation)
        self._inventory: Final = inventory

    @cached_property
    def _documented(self) -> PathTable[Documented]:
        """The inventory by path and method; most servers are never asked for it, and it takes as long as the routes."""
        table = PathTable[Documented]()
        for each in self._inventory:
            if each.path is not None:
                for method in _answered({each.method}):
                    table.add(each.path, method, each)
        return table

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        method, path = scope["method"], path_in(scope)
        if self._any_slash and len(path) > 1:
            path = path.removesuffix("/")
        for operations, values in self._operations.find(path):
            operation = operations.get(method)
            if operation is not None:
                scope["route"], scope["endpoint"] = operation.route, operation.route.endpoint
                scope["path_params"] = dict(zip(operation.names, values, strict=True))
                try:
                    await operation.route.app(scope, receive, send)
                except CancelledError:
                    if scope["app"].state.context.stopping:
                        raise ServerStoppingError from None
                    raise
                return
        allowed = {"OPTIONS"}.union(*(operations for operations, _ in self._operations.find(path)))
        allow = {"Allow": ", ".join(sorted(allowed))}
        hint = self._hint(method, scope["path"])
        if len(allowed) == 1:
            raise NotEmulatedError(404, headers=hint) if hint else HTTPException(404)
        if method != "OPTIONS":
            raise HTTPException(405, headers=allow | hint)
        await Response(status_code=204, headers=allow)(scope, receive, send)

    def knows(self, scope: Scope, path_end: str) -> bool:
        """Whether there would be an operation, or the vendor documents one, if the path had that end besides."""
        return self._operations.has(path_in(scope) + path_end) or self._documented.has(scope["path"] + path_end)

    def _hint(self, method: str, path: str) -> dict[str, str]:
        """The header for an operation that the vendor documents and this server does not emulate, or none."""
        for documented, _ in self._documented.find(path):
            if method in documented:
                return {HINT: _sentence(documented[method])}
        return {}


def path_in(scope: Scope) -> str:
    """The path of a request within the mounted application."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _answered(methods: set[str]) -> set[str]:
    """The methods of a route, and HEAD beside GET."""
    return methods | {"HEAD"} if "GET" in methods else methods


def _sentence(it: Documented) -> str:
    operation = f"{it.name} ({it.method} {it.path})"
    if it.instead is None:
        return f"{operation} is documented but not emulated yet."
    return f"{operation} is documented but not emulated: later pages have {it.instead} in its place."
