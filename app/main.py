"""The composition root: puts a server together, and is the only module that names the vendors."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Annotated, Any, Final, cast
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, create_model, model_validator
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from . import control, dashboard, files
from .scenario.terms import KeyForm, channels_of, key_terms
from .settings import Settings, variable
from .store.database.url import open_database
from .vendors.cariqa.vendor import VENDOR as CARIQA
from .vendors.charge.vendor import VENDOR as CHARGE
from .vendors.podero.vendor import VENDOR as PODERO
from .web import file_links
from .web.app_context import AppContext
from .web.cors import AnyOrigin
from .web.late import Late
from .web.likely_paths import LikelyPaths
from .web.links import Links, PublicPath
from .web.local_access import AdminOnly, LocalOnly
from .web.pipeline import ApiMount, Pipeline
from .web.problems import ProblemError, problem
from .web.reasons import explain
from .web.refusals import system_failure
from .web.request_counters import RequestCounter
from .web.request_log import ApiLog, RequestLog
from .worlds import credentials, startup
from .worlds.bounds import Bounds
from .worlds.build import Report, quiet
from .worlds.directory import WorldDirectory
from .worlds.lifecycle import Worlds
from .worlds.make import Wanted
from .worlds.reuse import Reuse
from .worlds.vendor import Vendor, Vendors

VENDORS: Final = (CHARGE, CARIQA, PODERO)
_CONTROL: Final = "/_sandbox/v1"
_SANDBOX: Final = "sandbox"
_PROBES: Final = re.compile(rf"{_CONTROL}/(health|ready|metrics)/?")
"""What monitoring asks for again and again; it is not logged."""
_PAGES: Final = re.compile(r"/docs(/.*)?|/favicon\.ico|/robots\.txt|/apple-touch-icon.*|/\.well-known/.*", re.DOTALL)
"""Pages, and what browsers ask for by themselves; it is not logged."""


def _with_keys(vendors: Vendors) -> type[Settings]:
    """The settings of a server, with those by which the vendors let keys be chosen."""

    def checked(form: KeyForm, key: SecretStr | None) -> SecretStr | None:
        fault = None if key is None else form.fault(key.get_secret_value())
        if fault is not None:
            raise ValueError(fault)
        return key

    def distinct(settings: Settings) -> Settings:
        credentials.check_distinct(vendors, _chosen_keys(vendors, settings))
        return settings

    fields: dict[str, Any] = {
        name: (
            Annotated[SecretStr | None, AfterValidator(partial(checked, term.form))],
            Field(
                default=None,
                title="a key of the form that the vendor's keys have",
                description=f"The {shown.replace('_', ' ')} of `default` at {vendor.title}.",
            ),
        )
        for vendor, term in key_terms(vendors)
        for shown, name in zip(term.shown_as, term.settings, strict=False)
    }
    validators: dict[str, Any] = {"keys_are_distinct": model_validator(mode="after")(distinct)}
    return create_model("ServerSettings", __base__=Settings, __validators__=validators, **fields)


ServerSettings: Final = _with_keys(VENDORS)
"""All settings of a server: those of Wattif, and the keys of `default`."""


class Wattif(Starlette):
    """The server's application. Each mounted application answers its errors itself, so this one handles none."""

    def build_middleware_stack(self) -> ASGIApp:
        path = urlsplit(self.state.context.links.public_url or "").path
        return PublicPath(self.router, path) if path else self.router


def create_app(
    settings: Settings, vendors: Vendors = VENDORS, log: RequestLog | None = None, *, late: bool = False
) -> Starlette:
    """The server's application: every vendor at its real path, the control API and the docs beside them.

    Requests are logged in `log`, if there is one. When it starts it makes the lasting worlds, unless `prepare` has done
    so before. With `late`, a vendor's application is put together when its first request arrives: that takes a fifth of
    a second, which the start of a server for tests does not wait for.
    """
    database = open_database(settings.database_url)
    # Both have it, so that no request reads a world whose rows were taken for another one.
    reuse = Reuse(database, at_once=True)
    context = AppContext(
        directory=WorldDirectory(database, channels_of(vendors), settings.max_rows, reuse=reuse),
        worlds=Worlds(
            database,
            Bounds(settings.max_worlds, settings.max_rows),
            settings.scenarios,
            vendors,
            settings.scenario,
            reuse=reuse,
        ),
        links=Links(settings.public_url, settings.trusted_proxies),
        allowed_hosts=settings.allowed_hosts,
        allowed_origins=settings.allowed_origins,
        admin_token=settings.admin_token.get_secret_value().encode() if settings.admin_token else None,
        body_bytes=settings.max_body_bytes,
        import_bytes=settings.max_import_bytes,
        paths=LikelyPaths(_documented(vendors), [_CONTROL, *(mount.path for each in vendors for mount in each.mounts)]),
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            if not context.ready:
                await prepare(app, settings)
            rest = asyncio.create_task(context.worlds.keep(app.state.started.rest))
            try:
                yield
            finally:
                rest.cancel()
                with suppress(asyncio.CancelledError):
                    await rest
        finally:
            database.close()

    def api_of(make: Callable[[AppContext], ASGIApp]) -> ASGIApp:
        return Late(partial(make, context)) if late else make(context)

    def mounted(path: str, name: str, api: ASGIApp, logged: ApiLog | None) -> ApiMount:
        return ApiMount(path, api, name, context.request_counters.setdefault(name, RequestCounter()), logged)

    vendor_logs = {vendor.name: None if log is None else ApiLog(log, vendor.name) for vendor in vendors}
    app = Wattif(
        routes=[
            *(
                mounted(mount.path, mount.name, api_of(mount.application), vendor_logs[vendor.name])
                for vendor in vendors
                for mount in vendor.mounts
            ),
            mounted(_CONTROL, _SANDBOX, control.application(context), _log_of_changes(log, _SANDBOX, _PROBES)),
            mounted(file_links.MOUNT, "files", api_of(files.application), _log_of_changes(log, None)),
        ],
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.router.default = _pages(context, vendors, log)
    app.state.context, app.state.started = context, startup.Started(startup.nothing)
    return app


async def prepare(
    app: Starlette, settings: Settings, report: Report = quiet, sharing: startup.Sharing | None = None
) -> startup.Started:
    """Makes the worlds that every server has, or brings them up to date; calls `report` with the progress.

    Work that can wait is left to the lifespan, which does it while the server serves.
    """
    context: AppContext = app.state.context
    wanted = Wanted(settings.scenario, settings.seed, settings.start, settings.speed, settings.sessions)
    keys = _chosen_keys(context.worlds.vendors, settings)
    database = context.directory.database
    try:
        started = await startup.prepare(database, context.worlds, wanted, report, sharing, keys=keys)
    except BaseException:
        context.directory.database.close()
        raise
    app.state.started, context.ready = started, True
    return started


def _chosen_keys(vendors: Vendors, settings: Settings) -> credentials.Keys:
    """The keys of the world `default` that the settings choose."""
    given = {
        (vendor.name, shown): (name, getattr(settings, name, None))
        for vendor, term in key_terms(vendors)
        for shown, name in zip(term.shown_as, term.settings, strict=False)
    }
    return {
        member: credentials.ChosenKey(key.get_secret_value(), variable(name))
        for member, (name, key) in given.items()
        if key is not None
    }


def _log_of_changes(log: RequestLog | None, api: str | None, unlogged: re.Pattern[str] | None = None) -> ApiLog | None:
    """A log of requests that change something or are refused, but for some paths."""
    return None if log is None else ApiLog(log, api, shows_reads=False, unlogged=unlogged)


def _documented(vendors: Vendors) -> Iterator[tuple[str, str]]:
    """The operations that callers may look for, by method and path."""
    for vendor in vendors:
        yield from ((each.method, each.path) for each in vendor.inventory if each.path is not None)
    yield from ((method, f"{_CONTROL}{path}") for method, path in control.OPERATIONS)


def _pages(context: AppContext, vendors: Sequence[Vendor], log: RequestLog | None) -> Starlette:
    """The pages, and the answer for a path at which no application is mounted."""
    control_access = [
        Middleware(LocalOnly, context=context),
        Middleware(AdminOnly, token=context.admin_token),
    ]
    there_is = [f"{mount.path} ({vendor.title})" for vendor in vendors for mount in vendor.mounts]
    hint = f"There is {', '.join(there_is)}, {_CONTROL}/worlds and /docs (Wattif)."

    async def mistake(request: Request) -> str:
        return context.paths.mistake(request.method, request.scope["path"])

    async def refuse(request: Request, error: Exception) -> Response:
        refused = cast("HTTPException", error)
        explain(request, partial(mistake, request))
        detail = f"Nothing answers at {request.url.path}. {hint}"
        headers = refused.headers
        if refused.status_code == 405:  # noqa: PLR2004 - the page exists, the method does not
            detail, headers = f"{request.method} is not allowed here.", {"Allow": "GET, HEAD"}
            explain(request, detail)
        return problem(request, ProblemError(refused.status_code, detail, headers))

    async def refuse_for_now(request: Request, error: Exception) -> Response:
        return problem(request, ProblemError(*system_failure(cast("OSError", error))))

    pages = Starlette(
        routes=[Mount("/_sandbox", _refuse, middleware=control_access), *dashboard.routes(context)],
        middleware=[
            Middleware(Pipeline, log=_log_of_changes(log, None, _PAGES)),
            Middleware(AnyOrigin),
            Middleware(dashboard.Protected),
        ],
        exception_handlers={HTTPException: refuse, OSError: refuse_for_now},
    )
    pages.router.redirect_slashes = False
    return pages


async def _refuse(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise HTTPException(404)
