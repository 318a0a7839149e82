"""The composition root: what a server is made of, and the order in which it starts."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cached_property
from typing import Final

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from . import control, dashboard
from .scenario.terms import channels_of
from .settings import Settings
from .store.database.url import open_database
from .vendors import cariqa, charge, podero
from .vendors.cariqa import vendor as cariqa_vendor
from .vendors.charge import vendor as charge_vendor
from .vendors.podero import vendor as podero_vendor
from .web.app_context import AppContext
from .web.links import Links
from .web.local_access import AdminOnly, LocalOnly
from .web.problems import ProblemError, problem
from .web.request_counters import RequestCounter
from .worlds import startup
from .worlds.build import Report, quiet
from .worlds.directory import WorldDirectory
from .worlds.lifecycle import Bounds, Wanted, Worlds
from .worlds.vendor import Vendor, terms_of

VENDORS: Final[tuple[Vendor, ...]] = (charge_vendor.VENDOR, cariqa_vendor.VENDOR, podero_vendor.VENDOR)
"""The vendors that are served; their order is that of all that is shown."""
_THERE_IS: Final = (
    "/v1 (Charge), /api/v1 (Cariqa), /api/partners/v2.0 and /oauth2 (Podero), /_sandbox/v1/worlds and /docs (Wattif)"
)


class Wattif(Starlette):
    """The server's application. A request goes straight to the face it is under: each face refuses in its own words."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            for prefix, path, face, counter in self._faces:
                if scope["path"].startswith(prefix):
                    scope["root_path"] = f"{scope.get('root_path', '')}{path}"
                    return await face(scope, receive, counter.counting(scope["method"], send))
        return await super().__call__(scope, receive, send)

    @cached_property
    def _faces(self) -> list[tuple[str, str, FastAPI, RequestCounter]]:
        request_counters = self.state.context.request_counters
        return [
            (f"{mount.path}/", mount.path, mount.app, request_counters.setdefault(mount.name, RequestCounter()))
            for mount in self.routes
            if isinstance(mount, Mount) and isinstance(mount.app, FastAPI)
        ]


def create_app(settings: Settings, vendors: Sequence[Vendor] = VENDORS) -> Starlette:
    """The server's application: every vendor at its real path, the control API and the docs beside them.

    When it starts it makes the lasting worlds, unless `prepare` has done so before.
    """
    database = open_database(settings.database_url)
    worlds = Worlds(database, Bounds(settings.max_worlds, settings.max_rows), settings.scenarios, vendors)
    links = Links(settings.public_url, settings.trusted_proxies)
    context = AppContext(
        WorldDirectory(database, channels_of(terms_of(vendors))),
        worlds,
        links,
        allowed_hosts=settings.allowed_hosts,
        admin_token=_token(settings),
        body_bytes=settings.max_body_bytes,
        import_bytes=settings.max_import_bytes,
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            if not context.ready:
                await prepare(app, settings)
            rest = asyncio.create_task(context.worlds.keep(app.state.rest))
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
            *(Mount(each.path, each.application(context), name=each.name) for v in vendors for each in v.mounts),
            Mount("/v1", charge.application(context), name="charge"),
            Mount("/api/v1", cariqa.application(context), name="cariqa"),
            Mount("/api/partners/v2.0", podero.application(context), name="podero"),
            Mount("/oauth2", podero.authorization(context), name="podero_token"),
            Mount("/_sandbox/v1", control.application(context), name="sandbox"),
            Mount("/_sandbox", _nothing, middleware=_guards(context)),
            *dashboard.routes(context),
        ],
        lifespan=lifespan,
        exception_handlers={HTTPException: _nobody_there},
    )
    app.router.redirect_slashes = False
    app.state.context, app.state.rest = context, startup.nothing
    return app


async def prepare(app: Starlette, settings: Settings, report: Report = quiet) -> None:
    """Makes the worlds that every server has, or brings them up to date; `report` is told how far that has come.

    What can wait is done once the server serves.
    """
    context: AppContext = app.state.context
    wanted = Wanted(settings.scenario, settings.seed, settings.start, settings.speed, settings.sessions)
    app.state.rest = await startup.prepare(context.directory.database, context.worlds, wanted, report)
    context.ready = True


def _token(settings: Settings) -> bytes | None:
    return settings.admin_token.get_secret_value().encode() if settings.admin_token else None


def _guards(context: AppContext) -> list[Middleware]:
    """Those of the control API, for what is beside it."""
    return [
        Middleware(LocalOnly, allowed_hosts=context.allowed_hosts),
        Middleware(AdminOnly, token=context.admin_token),
    ]


async def _nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise HTTPException(404)


async def _nobody_there(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code == 405:  # noqa: PLR2004 - what is there, but only to be read
        return problem(request, ProblemError(405, f"{request.method} is not allowed here.", dict(error.headers or {})))
    status = error.status_code if isinstance(error, HTTPException) else 500
    return problem(request, ProblemError(status, f"Nothing answers at {request.url.path}. There is {_THERE_IS}."))
