"""The errors of Podero's token endpoint, as an OAuth 2.0 server writes them: `{"error": …}`."""

from typing import Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ...web.not_found import not_found
from ...web.refusals import Table, install_refusals
from ...web.request_body import BadJsonError, BodyTooLargeError
from ...web.responses import answer, json_answer
from ...web.world_access import BadInstantError, UnknownKeyError
from ...worlds.directory import WorldGoneError
from .errors import PoderoError, show_error

NOT_STORED: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class TokenError(Exception):
    """An error of the token endpoint; `description` is a sentence for people, and `reason` one for the log."""

    def __init__(self, status: int, error: str, description: str | None = None, *, reason: str | None = None) -> None:
        super().__init__(error)
        self.reason = reason
        self.status = status
        self.error = error
        self.description = description


_TABLE: Final[Table[TokenError | PoderoError]] = {
    TokenError: lambda error: error,
    UnknownKeyError: TokenError(401, "invalid_client"),
    BodyTooLargeError: TokenError(413, "invalid_request"),
    BadJsonError: TokenError(400, "invalid_request"),
    BadInstantError: TokenError(400, "invalid_request"),
    WorldGoneError: TokenError(401, "invalid_client"),
}


def install_token_errors(app: FastAPI) -> None:
    """Makes the token endpoint's application answer every exception in OAuth's words."""
    install_refusals(app, _TABLE, _answer, refusal=_general, unrouted=_unrouted)


def _general(status: int, detail: str) -> TokenError | PoderoError:
    if status == 503:  # noqa: PLR2004 - the status for which OAuth has a word
        return TokenError(status, "temporarily_unavailable", detail)
    return PoderoError(status, detail)


def _answer(request: Request, error: TokenError | PoderoError) -> Response:
    if isinstance(error, PoderoError):
        return show_error(request, error)
    headers = dict(NOT_STORED)
    if error.status == 401:  # noqa: PLR2004 - the status that must name its challenge
        headers["WWW-Authenticate"] = 'Bearer error="invalid_client"'
    body = {"error": error.error}
    if error.description is not None:
        body["error_description"] = error.description
    return json_answer(request, body, error.status, headers=headers)


def _unrouted(request: Request, error: HTTPException) -> Response:
    if error.status_code == 405:  # noqa: PLR2004 - the path exists, the method does not
        return answer(request, "", 405, media_type="text/plain", headers=error.headers)
    return not_found(request)
