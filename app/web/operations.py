"""Finds the operation of a request by the segments of its path, as fast among sixty operations as among three.

Starlette tries one route after the other, each with a regular expression, so the sixtieth route would take longer to
find than most operations take to answer.
"""

from asyncio import CancelledError
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send


@dataclass(slots=True)
class _Operation:
    """A route and the names of its path's parameters."""

    route: Route
    names: tuple[str, ...]


@dataclass(slots=True)
class _Node:
    """The segments that may follow here; `operations` by method, if a path ends here."""

    literals: "dict[str, _Node]" = field(default_factory=dict)
    parameters: "dict[tuple[str, str], _Node]" = field(default_factory=dict)
    """By the text before and behind a parameter within its segment."""
    operations: dict[str, _Operation] = field(default_factory=dict)


class OperationTable:
    """The operations of an application, by path and method. A literal segment has precedence over a parameter."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Raises ValueError if a path has a converter, two parameters in one segment, or one method twice."""
        self._root: Final = _Node()
        for route in routes:
            self._add(route)

    def find(self, path: str) -> Iterator[tuple[dict[str, _Operation], tuple[str, ...]]]:
        """The operations at a path by method, with the values of its parameters, for each declared path that fits.

        `/worlds/import` fits both itself and `/worlds/{name}`.
        """
        return _found(self._root, path.split("/"), 1, ())

    def has(self, path: str) -> bool:
        """Whether there is an operation at the path, for any method."""
        return next(self.find(path), None) is not None

    def _add(self, route: Route) -> None:
        node, names = self._root, []
        for segment in route.path.split("/")[1:]:
            if "{" not in segment:
                node = node.literals.setdefault(segment, _Node())
                continue
            before, _, rest = segment.partition("{")
            name, _, behind = rest.partition("}")
            if not name.isidentifier() or "{" in behind:
                raise ValueError(f"{route.path}: a segment has one parameter at most, and no converter")
            names.append(name)
            node = node.parameters.setdefault((before, behind), _Node())
        for method in route.methods or ():
            if method in node.operations:
                raise ValueError(f"{route.path}: there are two operations for {method}")
            node.operations[method] = _Operation(route, tuple(names))


class ServerStoppingError(Exception):
    """The request was cancelled, because the server stops."""


class OperationRouter(APIRouter):
    """A router that finds its operations in a table. Raises HTTPException: 404, or 405 with a complete `Allow`.

    A request that is cancelled while the server stops raises ServerStoppingError, so that it gets the API's own answer.
    """

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        super().__init__(routes=list(routes), redirect_slashes=False)
        self.table: Final = OperationTable(route for route in self.routes if isinstance(route, Route))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        method, allowed = scope["method"], set[str]()
        for operations, values in self.table.find(path_in(scope)):
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
            allowed |= operations.keys()
        if allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(allowed))})
        raise HTTPException(404)


def path_in(scope: Scope) -> str:
    """The path of a request within the mounted application."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _found(
    node: _Node, segments: list[str], n: int, values: tuple[str, ...]
) -> Iterator[tuple[dict[str, _Operation], tuple[str, ...]]]:
    """The operations below a node that fit the segments from number `n` on."""
    if n == len(segments):
        if node.operations:
            yield node.operations, values
        return
    segment = segments[n]
    literal = node.literals.get(segment)
    if literal is not None:
        yield from _found(literal, segments, n + 1, values)
    for (before, behind), child in node.parameters.items():
        value = segment[len(before) : len(segment) - len(behind)]
        if value and segment.startswith(before) and segment.endswith(behind):
            yield from _found(child, segments, n + 1, (*values, value))
