"""Cariqa's refusals: `{"detail": …}` as Django REST framework writes it, and one way out (CARIQA-004)."""

from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ...store.database.protocol import DatabaseUnavailableError, OutcomeUnknownError
from ...web import not_found
from ...web.allowed_methods import allowed
from ...web.responses import json_answer
from ...web.world_access import BadInstantError
from ...worlds.directory import WorldGoneError


class CariqaError(Exception):
    """A refusal in Cariqa's terms."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers


_REFUSALS: Final[dict[type[Exception], CariqaError]] = {
    DatabaseUnavailableError: CariqaError(503, "The sandbox's database did not answer. Nothing was saved; try again."),
    OutcomeUnknownError: CariqaError(
        503, "The sandbox's database went away while it was saving. Look before you try again."
    ),
    WorldGoneError: CariqaError(403, "Incorrect authentication credentials."),
}


def add_handlers(app: FastAPI) -> None:
    """Gives every exception its one way out."""

    async def refuse(request: Request, error: Exception) -> Response:
        refusal = (
            error if isinstance(error, CariqaError) else _REFUSALS.get(type(error)) or CariqaError(400, str(error))
        )
        return json_answer(request, {"detail": refusal.detail}, refusal.status, headers=refusal.headers)

    async def refuse_http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 405:  # noqa: PLR2004 - the status that must name what is allowed
            headers = {"Allow": allowed(request, app.router.routes)}
            return json_answer(request, {"detail": f'Method "{request.method}" not allowed.'}, 405, headers=headers)
        return not_found.not_found(request, app)

    async def fail(request: Request, _error: Exception) -> Response:
        body = {"detail": "The sandbox failed. This is a bug in Wattif, not in your request."}
        return json_answer(request, body, 500)

    for kind in (*_REFUSALS, CariqaError, BadInstantError):
        app.add_exception_handler(kind, refuse)
    app.add_exception_handler(HTTPException, refuse_http)
    app.add_exception_handler(Exception, fail)
