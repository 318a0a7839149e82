"""The API of the fourth vendor: the sessions of its channel, oldest first, for the owner of a key."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy import text

from app.store.world_transaction import WorldTransaction
from app.wall_clock import wall_now
from tests.house.fourth_vendor.vendor import NAME


def application(context: Any) -> FastAPI:  # noqa: ANN401 - an AppContext
    """The vendor as an application of its own, to be mounted at `/example/v1`."""
    app = FastAPI(openapi_url=None)

    @app.get("/sessions")
    async def list_sessions(request: Request) -> Response:
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        opened = await context.directory.opened_by(NAME, key)
        if opened is None:
            return JSONResponse({"error": "unknown key"}, 401)
        now = opened.world.clock.at(wall_now())
        return JSONResponse({"sessions": await context.directory.ask(opened.world, now, sessions)})

    return app


def sessions(tx: WorldTransaction) -> list[str]:
    """The UUIDs of the sessions that this vendor has sold by now."""
    query = text(
        "SELECT uuid FROM session WHERE world = :n AND channel = :by AND created_at <= :now ORDER BY created_at"
    )
    return list(tx.db.execute(query, {"n": tx.world.n, "by": NAME, "now": tx.now}).scalars())
