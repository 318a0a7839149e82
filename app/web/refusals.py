"""The exception handlers of an API: a table says which refusal an exception becomes, a function renders it."""

import errno
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TypeVar, cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..store.database.protocol import DatabaseUnavailableError, OutcomeUnknownError
from .app_context import context_of
from .operations import HINT, ServerStoppingError
from .problems import ProblemError
from .reasons import explain_by_default
from .validation_messages import faults

Refusal = TypeVar("Refusal")
Table = Mapping[type[Exception], Refusal | Callable[[Any], Refusal]]
"""For each exception the API's own refusal, or a function that makes one from the exception."""

FAILED: Final = "The sandbox failed. This is a bug in Wattif, not in your request."
STOPPING: Final = "The server is stopping. Look at what was saved before you send this again."
_OUT_OF_FILES: Final = {errno.EMFILE, errno.ENFILE}
_RETRY_AFTER_S: Final = 1


def _unavailable(error: DatabaseUnavailableError) -> tuple[int, str]:
    again = "; try again" if error.retry_after_s else ""
    return 503, f"The sandbox's database is not available: {error.reason}. Nothing was saved{again}."


def system_failure(error: OSError) -> tuple[int, str]:
    """The status and the sentence for a process that is out of descriptors. Raises any other error again."""
    if error.errno in _OUT_OF_FILES:
        return 503, "The sandbox has too many open files. Nothing was saved; try again."
    raise error


_EVERYWHERE: Final[dict[type[Exception], Callable[[Any], tuple[int, str]]]] = {
    DatabaseUnavailableError: _unavailable,
    OutcomeUnknownError: lambda _: (
        503,
        "The sandbox's database went away while it was saving. Look at what was saved before you try again.",
    ),
    OSError: system_failure,
    ServerStoppingError: lambda _: (503, STOPPING),
}
"""For exceptions that every API has, a function that gives the status and the sentence."""


def _reason(error: Exception, kind: type[Exception]) -> str:
    """Why a request is refused, in the sandbox's own words. `kind` is the type by which the error is known."""
    if kind is Exception:
        return FAILED
    if isinstance(error, RequestValidationError):
        return faults(error.errors())
    if kind in _EVERYWHERE:
        return _EVERYWHERE[kind](error)[1]
    return getattr(error, "reason", None) or str(error)


async def _why_unrouted(request: Request, error: HTTPException) -> str:
    """Why no operation answers a path, or a method at a path."""
    headers, path = error.headers or {}, request.scope["path"]
    hint = headers.get(HINT, "")
    if error.status_code == 405:  # noqa: PLR2004 - the path exists, the method does not
        return f"This path takes {headers.get('Allow')}, not {request.method}. {hint}".rstrip()
    if hint:
        return hint
    router = request.app.router
    if router.knows(request.scope, "/"):
        return f"This path needs a slash at its end: {path}/"
    if path.endswith("/") and router.knows({**request.scope, "path": path.rstrip("/")}, ""):
        return f"This path takes no slash at its end: {path.rstrip('/')}"
    return context_of(request).paths.mistake(request.method, path)


def install_refusals(
    app: FastAPI,
    table: Table[Refusal],
    render: Callable[[Request, Refusal], Response],
    *,
    refusal: Callable[[int, str], Refusal],
    unrouted: Callable[[Request, HTTPException], Response],
) -> None:
    """Makes an application answer every exception.

    An exception of the table becomes the refusal that the table has for it. A database that is not available, or a
    bug in the sandbox, becomes a `refusal` of a status and a sentence, unless the table has it. An exception that says
    when a repetition may help (`retry_after_s`) is answered with Retry-After. `unrouted` answers a path without an
    operation (404) and a method that the path does not take (405, with `Allow` in the exception's headers).
    """
    meanings: dict[type[Exception], Any] = {Exception: refusal(500, FAILED), **table}
    for kind, says in _EVERYWHERE.items():
        meanings.setdefault(kind, lambda error, says=says: refusal(*says(error)))

    async def refuse(request: Request, error: Exception) -> Response:
        kind = next((kind for kind in type(error).__mro__ if kind in meanings), Exception)
        meaning = meanings[kind]
        refused = meaning(error) if callable(meaning) else meaning
        if not isinstance(refused, ProblemError):
            explain_by_default(request, _reason(error, kind))
        answer = render(request, refused)
        retry_after_s = _RETRY_AFTER_S if isinstance(error, OSError) else getattr(error, "retry_after_s", None)
        if retry_after_s is not None:
            answer.headers["Retry-After"] = str(retry_after_s)
        return answer

    async def refuse_unrouted(request: Request, error: Exception) -> Response:
        unanswered = cast("HTTPException", error)
        explain_by_default(request, partial(_why_unrouted, request, unanswered))
        return unrouted(request, unanswered)

    for kind in meanings:
        app.add_exception_handler(kind, refuse)
    app.add_exception_handler(HTTPException, refuse_unrouted)
