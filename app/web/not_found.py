"""Django's answer for a path without an operation: an HTML page, or a redirect to the path with a slash at its end."""

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from .app_context import context_of
from .responses import answer

if TYPE_CHECKING:
    from .operations import OperationRouter

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


def not_found(request: Request) -> Response:
    """The page for a path without an operation, or a redirect if the path with a slash at its end has one.

    An operation that the vendor documents and this server does not emulate counts as one.
    """
    router: OperationRouter = request.app.router
    if router.knows(request.scope, "/"):
        prefix = context_of(request).links.prefix(request)
        query = f"?{request.url.query}" if request.url.query else ""
        return answer(request, None, 301, headers={"Location": f"{prefix}{quote(request.scope['path'])}/{query}"})
    return answer(request, _NOT_FOUND, 404, media_type="text/html")
