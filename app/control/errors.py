"""The control API's refusals: problem bodies, and one way out."""

from collections.abc import Callable
from typing import Any, Final

from fastapi import FastAPI
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..archive.json_reader import BadDocumentError
from ..domain.clock import millis
from ..domain.errors import (
    ClockBackwardsError,
    ClockEndsError,
    NeverError,
    SenselessError,
    UnknownStatusError,
    UnknownThingError,
)
from ..scenario.files import BadScenarioError
from ..store.database.protocol import DatabaseUnavailableError, OutcomeUnknownError
from ..web.allowed_methods import allowed
from ..web.problems import ProblemError, problem
from ..web.request_body import BadJsonError, BodyTooLargeError
from ..worlds.directory import WorldGoneError
from ..worlds.lifecycle import LastingWorldError, TooManyRowsError
from ..worlds.publish import NameTakenError, TooManyWorldsError

_BACK: Final = (
    "A clock only goes forward. Look at an earlier instant with the header X-Sandbox-At on any vendor GET, "
    "or begin again with POST …/reset."
)
_ROOM: Final = "delete some, let them expire (expires_in), or raise WATTIF_MAX_WORLDS"


def add_handlers(app: FastAPI) -> None:
    """Gives every exception its one way out."""

    async def refuse(request: Request, error: Exception) -> Response:
        return problem(request, _REFUSALS[type(error)](error))

    async def refuse_http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 405:  # noqa: PLR2004 - the status that must name what is allowed
            headers = {"Allow": allowed(request, app.router.routes)}
            return problem(request, ProblemError(405, f"{request.method} is not allowed here.", headers))
        return problem(request, ProblemError(status, f"There is no {request.url.path}."))

    async def fail(request: Request, _error: Exception) -> Response:
        return problem(request, ProblemError(500, "Wattif failed. This is a bug in it, not in your request."))

    for kind in _REFUSALS:
        app.add_exception_handler(kind, refuse)
    app.add_exception_handler(HTTPException, refuse_http)
    app.add_exception_handler(Exception, fail)


def _says(status: int, detail: str) -> Callable[[Exception], ProblemError]:
    return lambda _: ProblemError(status, detail)


def _invalid(error: ValidationError) -> ProblemError:
    faults = error.errors(include_url=False, include_input=False, include_context=False)
    return ProblemError(400, "; ".join(_fault(fault["loc"], str(fault["msg"])) for fault in faults))


def _never(error: NeverError) -> ProblemError:
    return ProblemError(409, error.sentence, will_be=error.status, at=millis(error.at))


def _fault(where: tuple[int | str, ...], message: str) -> str:
    name = ".".join(str(step) for step in where).encode("utf-8", "replace").decode()[:128]
    reason = message.removeprefix("Value error, ")
    return f"{name}: {reason}" if name else reason


_REFUSALS: Final[dict[type[Exception], Callable[[Any], ProblemError]]] = {
    ProblemError: lambda error: error,
    ValidationError: _invalid,
    BadJsonError: lambda error: ProblemError(400, f"The request body is not valid JSON: {error}."),
    BadScenarioError: lambda error: ProblemError(400, str(error)),
    BadDocumentError: lambda error: ProblemError(400, str(error), line=error.line),
    UnknownStatusError: lambda error: ProblemError(400, f"until.status: {error}"),
    WorldGoneError: _says(404, "There is no such world."),
    UnknownThingError: _says(404, "Nothing in this world is shown under that id."),
    ClockBackwardsError: _says(409, _BACK),
    ClockEndsError: _says(409, "The clock ends with the year 9998."),
    NeverError: _never,
    SenselessError: lambda error: ProblemError(409, error.sentence),
    NameTakenError: _says(409, "There is a world of that name already."),
    LastingWorldError: _says(409, "This world is always there. POST …/reset puts it back to its beginning."),
    TooManyWorldsError: lambda error: ProblemError(
        409, f"There are {error.most} worlds, the most there may be: {_ROOM}."
    ),
    TooManyRowsError: lambda error: ProblemError(
        409, f"It has had more than {error.most} sessions: see WATTIF_MAX_ROWS."
    ),
    BodyTooLargeError: lambda error: ProblemError(413, str(error)),
    DatabaseUnavailableError: _says(503, "The database did not answer. Nothing was saved; try again."),
    OutcomeUnknownError: _says(503, "The database went away while it was saving. Look before you try again."),
}
"""What each refusal is as a problem."""
