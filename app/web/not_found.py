"""What Django says by itself, before a vendor's own code is asked: two of the vendors run on it."""

from typing import Final
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from .responses import answer

_NOT_FOUND: Final = """
<!doctype html>
<html lang="en">
<head>
  <title>Not Found</title>
</head>
<body>
  <h1>Not Found</h1><p>The requested resource was not found on this server.</p>
</body>
</html>
"""


def not_found(request: Request, app: FastAPI) -> Response:
    """The page for a path that is not there, or the way to the same path with a slash, if that is there."""
    if _is_there_with_a_slash(request, app):
        query = f"?{request.url.query}" if request.url.query else ""
        return answer(request, None, 301, headers={"Location": f"{quote(request.scope['path'])}/{query}"})
    return answer(request, _NOT_FOUND, 404, media_type="text/html")


def _is_there_with_a_slash(request: Request, app: FastAPI) -> bool:
    slashed = {**request.scope, "path": f"{request.scope['path']}/"}
    routes = (route for route in app.router.routes if isinstance(route, Route))
    return any(route.matches(slashed)[0] is not Match.NONE for route in routes)
