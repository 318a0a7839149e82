"""Cariqa's errors: `{"detail": …}` as Django REST framework writes it, or with an `error` that has a type.

A resource adds the refusals of its own operations in `REFUSALS`, a table like `_TABLE`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ...domain import errors as domain
from ...domain.errors import Refusal
from ...web.not_found import not_found
from ...web.operations import NotEmulatedError
from ...web.refusals import Table, install_refusals
from ...web.request_body import BadJsonError, BodyTooLargeError, NotJsonError
from ...web.responses import json_answer
from ...web.world_access import BadInstantError
from ...worlds.directory import WorldGoneError
from .validation import fault_of

INCORRECT_CREDENTIALS: Final = "Incorrect authentication credentials."
NOT_FOUND: Final = "Not found."
_LONGEST_TYPE: Final = 128


class CariqaError(Exception):
    """An error in Cariqa's terms.

    Its body is `{detail}`, or `{detail, error: {type, details}}` if it has an `error_type`; a payment that its holder
    has to confirm adds the intent's client secret (CARIQA-024). `reason` says more, for the log.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        error_type: str | None = None,
        details: str = "",
        payment_intent_client_secret: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        reason: str | None = None,
    ) -> None:
        super().__init__(details or detail)
        self.reason = reason or details or None
        self.status = status
        self.detail = detail
        self.error_type = error_type
        self.details = details
        self.payment_intent_client_secret = payment_intent_client_secret
        self.headers = headers

    @property
    def body(self) -> dict[str, Any]:
        """The body of the answer."""
        if self.error_type is None:
            return {"detail": self.detail}
        error = {"type": self.error_type, "details": self.details}
        if self.payment_intent_client_secret is not None:
            error["payment_intent_client_secret"] = self.payment_intent_client_secret
        return {"detail": self.detail, "error": error}


def invalid(details: str) -> CariqaError:
    """The refusal of an input that is not valid (CARIQA-025); `details` is `<field>: <what is wrong>`."""
    return CariqaError(400, "Validation Error", "validation_error", details)


def unpaid(error: Refusal) -> CariqaError:
    """The refusal to delete something of a user who has a debt (CARIQA-030)."""
    return CariqaError(402, "Payment Error", "payment_error", str(error))


def install_errors(app: FastAPI, tables: Iterable[Table[CariqaError]] = ()) -> None:
    """Makes Cariqa's application answer every exception in Cariqa's words; `tables` are those of its resources."""
    known = dict(_TABLE)
    for table in tables:
        known.update(table)
    install_refusals(app, known, _answer, refusal=CariqaError, unrouted=_unrouted)


_TABLE: Final[Table[CariqaError]] = {
    CariqaError: lambda error: error,
    RequestValidationError: lambda error: invalid(fault_of(error.errors()[0])),
    domain.UnknownObjectError: lambda error: CariqaError(404, NOT_FOUND, reason=str(error)),
    domain.WorldFullError: lambda error: invalid(str(error)),
    BadJsonError: lambda error: invalid(f"JSON parse error - {error}"),
    NotJsonError: lambda error: CariqaError(
        415, f'Unsupported media type "{error.media_type[:_LONGEST_TYPE]}" in request.', reason=error.reason
    ),
    BodyTooLargeError: lambda error: CariqaError(413, str(error)),
    BadInstantError: lambda error: CariqaError(400, str(error)),
    WorldGoneError: CariqaError(403, INCORRECT_CREDENTIALS),
}


def _unrouted(request: Request, error: HTTPException) -> Response:
    if error.status_code == 405:  # noqa: PLR2004 - the path exists, the method does not
        detail = f'Method "{request.method}" not allowed.'
        return _answer(request, CariqaError(405, detail, headers=error.headers))
    if isinstance(error, NotEmulatedError):
        return _answer(request, CariqaError(404, NOT_FOUND, headers=error.headers))
    return not_found(request)


def _answer(request: Request, error: CariqaError) -> Response:
    return json_answer(request, error.body, error.status, headers=error.headers)
