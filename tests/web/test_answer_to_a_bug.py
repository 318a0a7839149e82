"""The answer to a bug in the sandbox reaches the web page that has called."""

import asyncio
from contextlib import suppress
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse
from starlette.types import Message

from app.web.application import allow_any_origin, new_application
from app.web.refusals import install_refusals


async def failing() -> None:
    """An operation with a bug."""
    raise RuntimeError


def test_a_page_can_read_the_answer_to_a_bug() -> None:
    """It is 500 in the form of the API, and lets the origin of the page read it, as all answers do."""
    router = APIRouter()
    router.add_api_route("/broken", failing)
    context: Any = None
    app = new_application(context, router)
    allow_any_origin(app)
    install_refusals(
        app,
        {},
        lambda _, refusal: JSONResponse(refusal[1], refusal[0]),
        refusal=lambda status, sentence: (status, sentence),
        unrouted=lambda _, error: JSONResponse(None, error.status_code),
    )
    sent: list[Message] = []
    headers = [(b"host", b"localhost"), (b"origin", b"https://app.example.com")]
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/broken",
        "query_string": b"",
        "headers": headers,
    }

    async def call() -> None:
        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request", "body": b""}

        with suppress(RuntimeError):
            await app(scope, receive, send)

    asyncio.run(call())

    assert sent[0]["status"] == 500
    assert b"bug in Wattif" in sent[1]["body"]
    assert dict(sent[0]["headers"])[b"access-control-allow-origin"] == b"*"
