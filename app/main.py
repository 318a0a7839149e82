"""The composition root: what a server is made of, and the order in which it starts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cached_property
from typing import Final

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from . import control, dashboard
from .settings import Settings
from .simulation import worlds
from .simulation.building import Report
from .simulation.moments import Moments
from .store.engine import open_database
from .vendors import cariqa, charge, podero
from .web.house import House
from .web.links import Links
from .web.problems import ProblemError, problem

_THERE_IS: Final = (
    "/v1 (Charge), /api/v1 (Cariqa), /api/partners/v2.0 and /oauth2 (Podero), /_sandbox/v1/worlds and /docs (Wattif)"
)


class Wattif(Starlette):
    """The server's application. A request goes straight to the face it is under: each face refuses in its own words."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for path, face in self._faces:
                if scope["path"].startswith(f"{path}/"):
                    scope["root_path"] = f"{scope.get('root_path', '')}{path}"
                    return await face(scope, receive, send)
        return await super().__call__(scope, receive, send)

    @cached_property
    def _faces(self) -> list[tuple[str, FastAPI]]:
        mounts = (route for route in self.routes if isinstance(route, Mount))
        return [(mount.path, mount.app) for mount in mounts if isinstance(mount.app, FastAPI)]


def create_app(settings: Settings) -> Starlette:
    """The server's application: every vendor at its real path, the control API and the docs beside them.

    When it starts it makes the lasting worlds, unless `prepare` has done so before.
    """
    database = open_database(settings.database_url)
    house = House(Moments(database), Links(settings.public_url, settings.trusted_proxies), settings.allowed_hosts)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            if not house.ready:
                await prepare(app, settings)
            rest = asyncio.create_task(_behind(app))
            try:
                yield
            finally:
                rest.cancel()
                with suppress(asyncio.CancelledError):
                    await rest
        finally:
            database.close()

    app = Wattif(
        routes=[
            Mount("/v1", charge.application(house)),
            Mount("/api/v1", cariqa.application(house)),
            Mount("/api/partners/v2.0", podero.application(house)),
            Mount("/oauth2", podero.authorization(house)),
            Mount("/_sandbox/v1", control.application(house)),
            *dashboard.routes(house),
        ],
        lifespan=lifespan,
        exception_handlers={HTTPException: _nobody_there},
    )
    app.router.redirect_slashes = False
    app.state.house, app.state.rest = house, worlds.nothing
    return app


async def prepare(app: Starlette, settings: Settings, report: Report = worlds.quiet) -> None:
    """Makes the worlds that every server has, or brings them up to date; `report` is told how far that has come.

    What can wait is done once the server serves.
    """
    house: House = app.state.house
    wanted = worlds.Wanted(settings.scenario, settings.seed, settings.start, settings.speed, settings.sessions)
    app.state.rest = await worlds.prepare(house.moments.database, wanted, report)
    house.ready = True


async def _behind(app: Starlette) -> None:
    """What is done while the server serves."""
    house: House = app.state.house
    await app.state.rest()
    await worlds.keep_swept(house.moments.database, house.retired)


async def _nobody_there(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code == 405:  # noqa: PLR2004 - what is there, but only to be read
        return problem(request, ProblemError(405, f"{request.method} is not allowed here.", dict(error.headers or {})))
    status = error.status_code if isinstance(error, HTTPException) else 500
    return problem(request, ProblemError(status, f"Nothing answers at {request.url.path}. There is {_THERE_IS}."))
