"""The control API's refusals: problem bodies, and one way out."""

from typing import Final

from fastapi import FastAPI
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..simulation.moments import WorldGoneError
from ..store.engine import DatabaseUnavailableError, OutcomeUnknownError
from ..web.bodies import BadJsonError, BodyTooLargeError
from ..web.methods import allowed
from ..web.problems import ProblemError, problem
from ..world.errors import ClockBackwardsError, ClockEndsError

_BACK: Final = (
    "A clock only goes forward. Look at an earlier instant with the header X-Sandbox-At on any vendor GET, "
    "or begin again with POST …/reset."
)
_REFUSALS: Final[dict[type[Exception], tuple[int, str]]] = {
    ClockBackwardsError: (409, _BACK),
    ClockEndsError: (409, "The clock ends with the year 9998."),
    WorldGoneError: (404, "There is no such world."),
    BodyTooLargeError: (413, "The request body is larger than 1 MiB."),
    DatabaseUnavailableError: (503, "The database did not answer. Nothing was saved; try again."),
    OutcomeUnknownError: (503, "The database went away while it was saving. Look before you try again."),
}


def add_handlers(app: FastAPI) -> None:
    """Gives every exception its one way out."""

    async def refuse(request: Request, error: Exception) -> Response:
        return problem(request, _as_problem(error))

    async def refuse_http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 405:  # noqa: PLR2004 - the status that must name what is allowed
            headers = {"Allow": allowed(request, app.router.routes)}
            return problem(request, ProblemError(405, f"{request.method} is not allowed here.", headers))
        return problem(request, ProblemError(status, f"There is no {request.url.path}."))

    async def fail(request: Request, _error: Exception) -> Response:
        return problem(request, ProblemError(500, "Wattif failed. This is a bug in it, not in your request."))

    for kind in (*_REFUSALS, ProblemError, ValidationError, BadJsonError):
        app.add_exception_handler(kind, refuse)
    app.add_exception_handler(HTTPException, refuse_http)
    app.add_exception_handler(Exception, fail)


def _as_problem(error: Exception) -> ProblemError:
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, ValidationError):
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        return ProblemError(400, "; ".join(_fault(fault["loc"], str(fault["msg"])) for fault in faults))
    if isinstance(error, BadJsonError):
        return ProblemError(400, f"The request body is not valid JSON: {error}.")
    status, detail = _REFUSALS[type(error)]
    return ProblemError(status, detail)


def _fault(where: tuple[int | str, ...], message: str) -> str:
    name = ".".join(str(step) for step in where).encode("utf-8", "replace").decode()[:128]
    reason = message.removeprefix("Value error, ")
    return f"{name}: {reason}" if name else reason
