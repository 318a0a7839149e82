"""Cariqa's errors: `{"detail": …}` as Django REST framework writes it (CARIQA-004)."""

from collections.abc import Mapping
from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ...web.not_found import not_found
from ...web.operations import NotEmulatedError
from ...web.refusals import Table, install_refusals
from ...web.responses import json_answer
from ...web.world_access import BadInstantError
from ...worlds.directory import WorldGoneError

INCORRECT_CREDENTIALS: Final = "Incorrect authentication credentials."


class CariqaError(Exception):
    """An error in Cariqa's terms; `reason` says more, for the log."""

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None, *, reason: str | None = None
    ) -> None:
        super().__init__(detail)
        self.reason = reason
        self.status = status
        self.detail = detail
        self.headers = headers


_TABLE: Final[Table[CariqaError]] = {
    CariqaError: lambda error: error,
    BadInstantError: lambda error: CariqaError(400, str(error)),
    WorldGoneError: CariqaError(403, INCORRECT_CREDENTIALS),
}


def install_errors(app: FastAPI) -> None:
    """Makes Cariqa's application answer every exception in Cariqa's words."""
    install_refusals(app, _TABLE, _answer, refusal=CariqaError, unrouted=_unrouted)


def _unrouted(request: Request, error: HTTPException) -> Response:
    if error.status_code == 405:  # noqa: PLR2004 - the path exists, the method does not
        return _answer(request, CariqaError(405, f'Method "{request.method}" not allowed.', error.headers))
    if isinstance(error, NotEmulatedError):
        return _answer(request, CariqaError(404, "Not found.", error.headers))
    return not_found(request)


def _answer(request: Request, error: CariqaError) -> Response:
    return json_answer(request, {"detail": error.detail}, error.status, headers=error.headers)
