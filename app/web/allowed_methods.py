"""Which methods a path has: what a 405 must say in `Allow`, completely."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.routing import BaseRoute, Match, Route


def allowed(request: Request, routes: Iterable[BaseRoute]) -> str:
    """The methods of every route that matches the request's path."""
    methods: set[str] = set()
    for route in routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return ", ".join(sorted(methods))
