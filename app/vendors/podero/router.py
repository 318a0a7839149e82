"""Podero's calls."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from ...store.vehicle_sessions import VehicleRef, unplugged_sessions
from ...web.app_context import AppContext
from ...web.responses import json_answer
from ...web.vendor_app import add_call, new_face, open_to_pages
from . import pagination, schemas, translate
from .auth import visiting
from .errors import PoderoError, add_handlers


def application(context: AppContext) -> FastAPI:
    """Podero as an application of its own, to be mounted at `/api/partners/v2.0`."""
    app = new_face(context)
    open_to_pages(app)
    add_handlers(app)
    path = "/org/{org_id}/users/{user_id}/electric-vehicles/{electric_vehicle_id}/sessions"
    add_call(app, "GET", path, list_sessions)
    return app


async def list_sessions(request: Request) -> Response:
    visit = await visiting(request)
    car, asked = schemas.list_sessions(request)
    plugged_from, plugged_before = asked.span()
    found = await visit.ask(
        unplugged_sessions,
        VehicleRef(org=str(car.org_id), owner=str(car.user_id), uuid=str(car.electric_vehicle_id)),
        plugged_from=plugged_from,
        plugged_before=plugged_before,
        offset=asked.offset,
        limit=asked.limit,
    )
    if found is None:
        raise PoderoError(404, "Not Found")
    total, rows = found
    items = [translate.session(row, row.smart) for row in rows if row.smart is not None]
    return json_answer(request, pagination.page(total, items))
