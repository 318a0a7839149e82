"""An application that is put together late is so once, at its first request."""

import asyncio

from starlette.types import Receive, Scope, Send

from app.web.late import Late


def test_application_is_made_at_the_first_request() -> None:
    """Nothing is made before a request, and later requests meet the same application."""
    made, asked = [], []

    async def application(scope: Scope, _receive: Receive, _send: Send) -> None:
        asked.append(scope["path"])

    def make() -> object:
        made.append(application)
        return application

    async def ask_twice(late: Late) -> None:
        for path in ("/one", "/two"):
            await late({"path": path}, None, None)  # type: ignore[arg-type]

    late = Late(make)  # type: ignore[arg-type]
    assert made == []
    asyncio.run(ask_twice(late))

    assert (len(made), asked) == (1, ["/one", "/two"])
