"""The exception handlers of an API: a table says which refusal an exception becomes, a function renders it."""

import errno
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, cast

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..store.database.protocol import DatabaseUnavailableError, OutcomeUnknownError
from .operations import ServerStoppingError

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
    bug in the sandbox, becomes a `refusal` of a status and a sentence, unless the table has it. `unrouted` answers a
    path without an operation (404) and a method that the path does not take (405, with `Allow` in the exception's
    headers).
    """
    meanings: dict[type[Exception], Any] = {Exception: refusal(500, FAILED), **table}
    for kind, says in _EVERYWHERE.items():
        meanings.setdefault(kind, lambda error, says=says: refusal(*says(error)))

    async def refuse(request: Request, error: Exception) -> Response:
        kind = next((kind for kind in type(error).__mro__ if kind in meanings), Exception)
        meaning = meanings[kind]
        answer = render(request, meaning(error) if callable(meaning) else meaning)
        retry_after_s = _RETRY_AFTER_S if isinstance(error, OSError) else getattr(error, "retry_after_s", None)
        if retry_after_s is not None:
            answer.headers["Retry-After"] = str(retry_after_s)
        return answer

    async def refuse_unrouted(request: Request, error: Exception) -> Response:
        return unrouted(request, cast("HTTPException", error))

    for kind in meanings:
        app.add_exception_handler(kind, refuse)
    app.add_exception_handler(HTTPException, refuse_unrouted)
