"""Cariqa's calls."""

from functools import partial

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from ...store.user_sessions import user_sessions
from ...web.app_context import AppContext, context_of
from ...web.responses import json_answer
from ...web.vendor_app import add_call, new_face, open_to_pages
from . import pagination, schemas, translate
from .auth import visiting
from .errors import CariqaError, add_handlers


def application(context: AppContext) -> FastAPI:
    """Cariqa as an application of its own, to be mounted at `/api/v1`."""
    app = new_face(context)
    open_to_pages(app)
    add_handlers(app)
    add_call(app, "GET", "/users/{user_id}/charging-sessions/", list_sessions)
    return app


async def list_sessions(request: Request) -> Response:
    visit = await visiting(request)
    asked = schemas.list_sessions(request)
    found = await visit.ask(user_sessions, asked.user, partial(pagination.page, asked.page, asked.page_size))
    if found is None:
        raise CariqaError(404, "Not found.")
    page, rows = found
    origin = context_of(request).links.origin(request)
    body = {
        "count": page.count,
        "next": pagination.next_link(request, origin, page),
        "previous": pagination.previous_link(request, origin, page),
        "results": [translate.session(row, visit.now) for row in rows],
    }
    return json_answer(request, body)
