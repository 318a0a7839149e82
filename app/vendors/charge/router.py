"""Charge's calls."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from ...domain.errors import UnknownSessionError
from ...operations.start import start
from ...operations.stop import stop
from ...store import sessions
from ...store.sessions import Asked
from ...web.app_context import AppContext, context_of
from ...web.responses import json_answer
from ...web.vendor_app import add_call, new_face, open_to_pages
from ...web.world_access import WorldAccess
from . import pagination, schemas, translate
from .auth import visiting
from .errors import add_handlers
from .pagination import Page, Tokens

_NO_FILTERS: Final = frozenset({"page", "limit"})
_SESSION_FILTERS: Final = ("driver", "fleet", "vehicle")
_RESERVATION_FILTERS: Final = {"charging_station": "station", "driver": "driver", "vehicle": "vehicle"}


def application(context: AppContext) -> FastAPI:
    """Charge as an application of its own, to be mounted at `/v1`."""
    app = new_face(context)
    open_to_pages(app)
    add_handlers(app)
    add_call(app, "GET", "/charging_sessions", list_sessions)
    add_call(app, "POST", "/charging_sessions", create_session)
    add_call(app, "GET", "/charging_sessions/{charging_session}", retrieve_session)
    add_call(app, "POST", "/charging_sessions/{charging_session}/end", end_session)
    add_call(app, "GET", "/reservations", list_reservations)
    return app


async def list_sessions(request: Request) -> Response:
    visit = await visiting(request)
    named, asked = schemas.list_sessions(request)
    low, high = asked.created_between()
    tokens = _tokens(visit, translate.SESSIONS, named)
    after, newer = tokens.read(asked.page) if asked.page is not None else (None, False)
    filters = {name: named[name] for name in _SESSION_FILTERS if name in named}
    rows = await visit.ask(sessions.sessions, Asked(filters, asked.status, asked.limit, after, newer, low, high))
    page = pagination.page(rows, asked.limit, after, newer=newer, break_at=visit.world.page_break_at)
    return _listed(request, [translate.session_row(row, visit.now) for row in page.rows], page, tokens, asked.limit)


async def create_session(request: Request) -> Response:
    visit = await visiting(request)
    schemas.no_parameters(request)
    asked = schemas.CreateSession.model_validate(await schemas.body(request))
    most = context_of(request).worlds.bounds.rows
    session = await visit.change(start, asked.order(), most)
    return json_answer(request, translate.session(session, visit.now))


async def retrieve_session(request: Request) -> Response:
    visit = await visiting(request)
    schemas.no_parameters(request)
    session = await visit.ask(sessions.session, schemas.session_id(request))
    if session is None:
        raise UnknownSessionError
    return json_answer(request, translate.session(session, visit.now))


async def end_session(request: Request) -> Response:
    visit = await visiting(request)
    schemas.no_parameters(request)
    schemas.NoParameters.model_validate(await schemas.body(request, optional=True))
    session = await visit.change(stop, schemas.session_id(request))
    return json_answer(request, translate.session(session, visit.now))


async def list_reservations(request: Request) -> Response:
    visit = await visiting(request)
    named, asked = schemas.list_reservations(request)
    tokens = _tokens(visit, translate.RESERVATIONS, named)
    after, newer = tokens.read(asked.page) if asked.page is not None else (None, False)
    filters = {column: named[name] for name, column in _RESERVATION_FILTERS.items() if name in named}
    rows = await visit.ask(sessions.reservations, Asked(filters, asked.status, asked.limit, after, newer))
    page = pagination.page(rows, asked.limit, after, newer=newer, break_at=visit.world.page_break_at)
    return _listed(request, [translate.reservation(row, visit.now) for row in page.rows], page, tokens, asked.limit)


def _tokens(visit: WorldAccess, path: str, named: Mapping[str, str]) -> Tokens:
    filters = [(name, value) for name, value in named.items() if name not in _NO_FILTERS]
    return Tokens(visit.world.seed, path, filters)


def _listed(request: Request, data: list[dict[str, Any]], page: Page[Any], tokens: Tokens, limit: int) -> Response:
    origin = context_of(request).links.origin(request)
    body = {
        "data": data,
        "next_page_url": tokens.url(origin, page.older, limit, newer=False),
        "previous_page_url": tokens.url(origin, page.newer, limit, newer=True),
    }
    return json_answer(request, body)
