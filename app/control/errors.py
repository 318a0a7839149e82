"""The control API's errors: one table says which problem body each exception becomes."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..archive.json_reader import BadDocumentError
from ..domain.clock import millis
from ..domain.errors import (
    ClockBackwardsError,
    ClockEndsError,
    ImpossibleError,
    NeverError,
    UnknownPlanError,
    UnknownStatusError,
    UnknownThingError,
    WorldFullError,
)
from ..scenario.files import BadScenarioError
from ..web.hang_ups import CallerGoneError
from ..web.problems import ProblemError, problem
from ..web.refusals import install_refusals
from ..web.request_body import BadJsonError, BodyTooLargeError, NotJsonError
from ..web.validation_messages import sentence
from ..worlds.credentials import BadKeyError, KeyTakenError
from ..worlds.directory import WorldGoneError
from ..worlds.lifecycle import LastingWorldError, TooManyRowsError
from ..worlds.publish import NameTakenError, TooManyWorldsError
from ..worlds.read_ahead import NoSpaceError
from ..worlds.turns import BusyError

_BACK: Final = (
    "A clock only goes forward. Look at an earlier instant with the header X-Sandbox-At on any vendor GET, "
    "or begin again with POST …/reset."
)
_ROOM: Final = "delete some, let them expire (expires_in), or raise it with WATTIF_MAX_WORLDS"


def install_errors(app: FastAPI) -> None:
    """Makes the application answer every exception with a problem body."""
    install_refusals(app, _REFUSALS, problem, refusal=ProblemError, unrouted=_unrouted)


def _unrouted(request: Request, error: HTTPException) -> Response:
    if error.status_code == 405:  # noqa: PLR2004 - the path exists, the method does not
        return problem(request, ProblemError(405, f"{request.method} is not allowed here.", error.headers))
    return problem(request, ProblemError(error.status_code, f"There is no {request.url.path}."))


def _says(status: int, detail: str) -> Callable[[Exception], ProblemError]:
    return lambda _: ProblemError(status, detail)


def _invalid(error: RequestValidationError) -> ProblemError:
    return ProblemError(400, "; ".join(map(_fault, error.errors())))


def _fault(error: Mapping[str, Any]) -> str:
    """The fault of one member, as in `clock.speed must be at most 1000000`."""
    _, *steps = error["loc"]
    member = ".".join(map(str, steps)).encode("utf-8", "replace").decode()[:128]
    reason = sentence(error)
    if error["type"] == "value_error":
        return f"{member}: {reason}" if member else reason
    return f"{member or 'the body'} {reason}"


def _never(error: NeverError) -> ProblemError:
    return ProblemError(409, error.sentence, will_be=error.status, at=millis(error.at))


_REFUSALS: Final[dict[type[Exception], Callable[[Any], ProblemError]]] = {
    ProblemError: lambda error: error,
    RequestValidationError: _invalid,
    NotJsonError: lambda error: ProblemError(400, error.reason),
    BadJsonError: lambda error: ProblemError(400, error.reason),
    BadScenarioError: lambda error: ProblemError(400, error.without_quotes()),
    BadDocumentError: lambda error: ProblemError(400, str(error), line=error.line),
    BadKeyError: lambda error: ProblemError(400, str(error)),
    UnknownStatusError: lambda error: ProblemError(400, f"until.status: {error}"),
    WorldGoneError: lambda error: ProblemError(404, f"There is no world {error.name!r}."),
    UnknownPlanError: _says(
        404, "No session and no reservation of this world has that id. For any other object, use by or to."
    ),
    UnknownThingError: _says(404, "No session, station or other object of this world has that id."),
    ClockBackwardsError: _says(409, _BACK),
    ClockEndsError: _says(409, "No clock goes beyond the year 9998."),
    NeverError: _never,
    ImpossibleError: lambda error: ProblemError(409, error.sentence),
    WorldFullError: lambda error: ProblemError(409, str(error)),
    KeyTakenError: lambda error: ProblemError(409, str(error)),
    NameTakenError: _says(409, "There is already a world of that name, or one is being made."),
    LastingWorldError: _says(409, "Every server has this world. POST …/reset puts it back to its beginning."),
    TooManyWorldsError: lambda error: ProblemError(
        409, f"There are {error.most} worlds already, which is the limit: {_ROOM}."
    ),
    TooManyRowsError: lambda error: ProblemError(
        409, f"The world has had more than {error.most} sessions; WATTIF_MAX_ROWS sets the limit."
    ),
    BusyError: lambda error: ProblemError(429, str(error)),
    NoSpaceError: lambda error: ProblemError(503, f"The server cannot write a temporary file for the export: {error}."),
    CallerGoneError: _says(408, "The connection was closed before the answer."),
    BodyTooLargeError: lambda error: ProblemError(413, str(error)),
}
"""The problem of each exception. `web/refusals.py` adds those that every API has."""
