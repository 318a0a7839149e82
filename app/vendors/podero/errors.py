"""Podero's errors, as Django Ninja writes them: `{"detail": …}` with a word or a list of faults."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ...domain.errors import BoostRefusedError, UnknownObjectError, WorldFullError
from ...web.not_found import not_found
from ...web.operations import NotEmulatedError
from ...web.refusals import Table, install_refusals
from ...web.request_body import BadJsonError, BodyTooLargeError
from ...web.responses import answer, json_answer
from ...web.world_access import BadInstantError
from ...worlds.directory import WorldGoneError

_FAULT_FIELDS: Final = ("type", "loc", "msg", "ctx")


class PoderoError(Exception):
    """An error of the API; `detail` is a word or a list of faults, and `reason` says more, for the log.

    `body` is the answer where it has other members than `detail`.
    """

    def __init__(
        self,
        status: int,
        detail: str | Sequence[dict[str, Any]],
        *,
        reason: str | None = None,
        body: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(str(detail))
        self.reason = reason
        self.body = body
        self.status = status
        self.detail = detail


def _invalid(error: RequestValidationError) -> PoderoError:
    """All faults of a request's parameters and body in pydantic's words, which Django Ninja uses too."""
    return PoderoError(
        422, [{name: fault[name] for name in _FAULT_FIELDS if name in fault} for fault in error.errors()]
    )


def _refused_boost(error: BoostRefusedError) -> PoderoError:
    """The refusal of a boost, whose members are not in a `detail` (PODERO-038)."""
    return PoderoError(409, error.reason, reason=str(error), body={"state": error.state, "reason": error.reason})


_TABLE: Final[Table[PoderoError]] = {
    PoderoError: lambda error: error,
    RequestValidationError: _invalid,
    UnknownObjectError: PoderoError(404, "Not Found"),
    BoostRefusedError: _refused_boost,
    WorldFullError: lambda error: PoderoError(409, str(error)),
    BadJsonError: lambda error: PoderoError(400, "Cannot parse request body", reason=error.reason),
    BodyTooLargeError: lambda error: PoderoError(413, str(error)),
    BadInstantError: lambda error: PoderoError(400, str(error)),
    WorldGoneError: PoderoError(401, "Unauthorized"),
}


def install_errors(app: FastAPI, tables: Iterable[Table[PoderoError]] = ()) -> None:
    """Makes the API's application answer every exception in Podero's words; `tables` are those of its resources."""
    table = dict(_TABLE)
    for each in tables:
        table.update(each)
    install_refusals(app, table, show_error, refusal=PoderoError, unrouted=_unrouted)


def show_error(request: Request, error: PoderoError) -> Response:
    return json_answer(request, error.body or {"detail": error.detail}, error.status)


def _unrouted(request: Request, error: HTTPException) -> Response:
    if error.status_code == 405:  # noqa: PLR2004 - the path exists, the method does not
        return answer(request, "Method not allowed", 405, media_type="text/plain", headers=error.headers)
    if isinstance(error, NotEmulatedError):
        return json_answer(request, {"detail": "Not Found"}, 404, headers=error.headers)
    return not_found(request)
