"""The control API's refusals: problem bodies, and one way out."""

from collections.abc import Callable, Mapping
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
from ..scenario.scenarios import BadScenarioError
from ..web import validation_messages
from ..web.problems import ProblemError, problem
from ..web.refusals import install_refusals
from ..web.request_body import BadJsonError, BodyTooLargeError
from ..worlds.directory import WorldGoneError
from ..worlds.lifecycle import LastingWorldError, TooManyRowsError
from ..worlds.publish import NameTakenError, TooManyWorldsError

_BACK: Final = (
    "A clock only goes forward. Look at an earlier instant with the header X-Sandbox-At on any vendor GET, "
    "or begin again with POST …/reset."
)
_ROOM: Final = "delete some, let them expire (expires_in), or raise WATTIF_MAX_WORLDS"


def install_errors(app: FastAPI) -> None:
    """Makes the control API's application answer every exception with a problem body."""
    install_refusals(app, _REFUSALS, problem, refusal=ProblemError, unrouted=_unrouted)


def _unrouted(request: Request, error: HTTPException) -> Response:
    if error.status_code == 405:  # noqa: PLR2004 - the path is there, the method is not
        return problem(request, ProblemError(405, f"{request.method} is not allowed here.", error.headers))
    return problem(request, ProblemError(error.status_code, f"There is no {request.url.path}."))


def _says(status: int, detail: str) -> Callable[[Exception], ProblemError]:
    return lambda _: ProblemError(status, detail)


def _invalid(error: ValidationError) -> ProblemError:
    return ProblemError(400, "; ".join(_fault(fault["loc"], fault) for fault in error.errors(include_url=False)))


def _never(error: NeverError) -> ProblemError:
    return ProblemError(409, error.sentence, will_be=error.status, at=millis(error.at))


def _fault(where: tuple[int | str, ...], fault: Mapping[str, Any]) -> str:
    name = ".".join(str(step) for step in where).encode("utf-8", "replace").decode()[:128]
    reason = validation_messages.sentence(fault)
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
}
"""What each refusal is as a problem."""
