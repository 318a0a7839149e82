"""The exception handlers of an API: a table says which refusal an exception becomes, a function renders it."""

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
_EVERYWHERE: Final[dict[type[Exception], tuple[int, str]]] = {
    DatabaseUnavailableError: (503, "The sandbox's database did not answer. Nothing was saved; try again."),
    OutcomeUnknownError: (
        503,
        "The sandbox's database went away while it was saving. Look at what was saved before you try again.",
    ),
    ServerStoppingError: (503, STOPPING),
}


def install_refusals(
    app: FastAPI,
    table: Table[Refusal],
    render: Callable[[Request, Refusal], Response],
    *,
    refusal: Callable[[int, str], Refusal],
    unrouted: Callable[[Request, HTTPException], Response],
) -> None:
    """Makes an application answer every exception.

    An exception of the table becomes the refusal that the table has for it. A database that does not answer, or a bug
    in the sandbox, becomes a `refusal` of a status and a sentence, unless the table has it. `unrouted` answers a path
    without an operation (404) and a method that the path does not take (405, with `Allow` in the exception's headers).
    """
    meanings: dict[type[Exception], Any] = {kind: refusal(*said) for kind, said in _EVERYWHERE.items()}
    meanings[Exception] = refusal(500, FAILED)
    meanings.update(table)

    async def refuse(request: Request, error: Exception) -> Response:
        kind = next((kind for kind in type(error).__mro__ if kind in meanings), Exception)
        meaning = meanings[kind]
        return render(request, meaning(error) if callable(meaning) else meaning)

    async def refuse_unrouted(request: Request, error: Exception) -> Response:
        return unrouted(request, cast("HTTPException", error))

    for kind in meanings:
        app.add_exception_handler(kind, refuse)
    app.add_exception_handler(HTTPException, refuse_unrouted)
