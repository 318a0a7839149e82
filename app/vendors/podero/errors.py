"""Podero's refusals: as Django Ninja writes them, and as an OAuth 2.0 server does for tokens; one way out."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ...store.database.protocol import DatabaseUnavailableError, OutcomeUnknownError
from ...web import not_found
from ...web.allowed_methods import allowed
from ...web.request_body import BadJsonError, BodyTooLargeError
from ...web.responses import answer, json_answer
from ...web.world_access import BadInstantError, UnknownKeyError
from ...worlds.directory import WorldGoneError

_UNSTORED: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class PoderoError(Exception):
    """A refusal of the API; `detail` is a word or a list of faults."""

    def __init__(self, status: int, detail: str | Sequence[dict[str, Any]]) -> None:
        super().__init__(str(detail))
        self.status = status
        self.detail = detail


class TokenRefusal(Exception):  # noqa: N818 - OAuth's own word for it
    """A refusal of the token endpoint."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


_REFUSALS: Final[dict[type[Exception], PoderoError]] = {
    DatabaseUnavailableError: PoderoError(503, "The sandbox's database did not answer. Nothing was saved; try again."),
    OutcomeUnknownError: PoderoError(
        503, "The sandbox's database went away while it was saving. Look before you try again."
    ),
    WorldGoneError: PoderoError(401, "Unauthorized"),
}
_TOKEN_REFUSALS: Final[dict[type[Exception], TokenRefusal]] = {
    DatabaseUnavailableError: TokenRefusal(503, "temporarily_unavailable"),
    OutcomeUnknownError: TokenRefusal(503, "temporarily_unavailable"),
    WorldGoneError: TokenRefusal(401, "invalid_client"),
    UnknownKeyError: TokenRefusal(401, "invalid_client"),
    BodyTooLargeError: TokenRefusal(413, "invalid_request"),
    BadJsonError: TokenRefusal(400, "invalid_request"),
    BadInstantError: TokenRefusal(400, "invalid_request"),
}


def add_handlers(app: FastAPI, *, for_tokens: bool = False) -> None:
    """Gives every exception its one way out: the API's, or the token endpoint's."""

    async def refuse(request: Request, error: Exception) -> Response:
        refusal = (
            error if isinstance(error, PoderoError) else _REFUSALS.get(type(error)) or PoderoError(400, str(error))
        )
        return json_answer(request, {"detail": refusal.detail}, refusal.status)

    async def refuse_http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 405:  # noqa: PLR2004 - the status that must name what is allowed
            body = "" if for_tokens else "Method not allowed"
            headers = {"Allow": allowed(request, app.router.routes)}
            return answer(request, body, 405, media_type="text/plain", headers=headers)
        return not_found.not_found(request, app)

    async def fail(request: Request, _error: Exception) -> Response:
        body = {"detail": "The sandbox failed. This is a bug in Wattif, not in your request."}
        return json_answer(request, body, 500)

    kinds = (*_TOKEN_REFUSALS, TokenRefusal) if for_tokens else (*_REFUSALS, PoderoError, BadInstantError)
    for kind in kinds:
        app.add_exception_handler(kind, _refuse_token if for_tokens else refuse)
    app.add_exception_handler(HTTPException, refuse_http)
    app.add_exception_handler(Exception, fail)


async def _refuse_token(request: Request, error: Exception) -> Response:
    refusal = error if isinstance(error, TokenRefusal) else _TOKEN_REFUSALS[type(error)]
    headers = dict(_UNSTORED)
    if refusal.status == 401:  # noqa: PLR2004 - the status that must name its challenge
        headers["WWW-Authenticate"] = 'Bearer error="invalid_client"'
    return json_answer(request, {"error": refusal.error}, refusal.status, headers=headers)
