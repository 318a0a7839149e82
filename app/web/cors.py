"""Lets web pages of other origins read an API's answers: any page those of a vendor, chosen pages the control API's.

No answer allows credentials: keys are sent in a header that a page sets, and there are no cookies.
"""

from typing import Any, Final

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EXPOSED: Final = (
    *("X-Sandbox-World", "X-Sandbox-Now", "X-Sandbox-Hint"),
    *("Allow", "Content-Disposition", "Link", "Location", "Retry-After", "WWW-Authenticate"),
)
"""The headers that a page may read besides those that browsers always show."""


class _SharedCors(CORSMiddleware):
    """Allows every method and header, and calls from public pages into a private network."""

    def __init__(self, app: ASGIApp, **origins: Any) -> None:  # noqa: ANN401 - starlette's own
        super().__init__(
            app,
            allow_methods=["*"],
            allow_headers=["*"],
            allow_private_network=True,
            expose_headers=_EXPOSED,
            **origins,
        )


class AnyOrigin(_SharedCors):
    """For what keys protect, and for what tells nothing. Requests without an `Origin` header skip it."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, allow_origins=["*"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (super().__call__ if _has_origin(scope) else self.app)(scope, receive, send)


class AdmittedOrigin(_SharedCors):
    """For what `LocalOnly` protects: it comes behind that, which refuses other origins, and before the admin token.

    An answer names the request's own origin, and varies with it.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, allow_origin_regex=".*")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _has_origin(scope):
            await super().__call__(scope, receive, send)
            return

        async def send_varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append((b"vary", b"Origin"))
            await send(message)

        await self.app(scope, receive, send_varying)


def _has_origin(scope: Scope) -> bool:
    return any(name == b"origin" for name, _ in scope.get("headers", ()))
