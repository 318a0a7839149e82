"""Problem bodies (RFC 9457): how the control API and the pages refuse."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from .reasons import explain_by_default
from .responses import json_answer

MEDIA_TYPE: Final = "application/problem+json"


class ProblemError(Exception):
    """A refusal with a status, a sentence, and additional members of the problem body."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **members: object) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers
        self.members = members


def problem(request: Request, error: ProblemError) -> Response:
    """The refusal as a problem body. Its sentence is the reason for the log, unless another one is noted."""
    explain_by_default(request, error.detail)
    return json_answer(request, members(error), error.status, media_type=MEDIA_TYPE, headers=error.headers)


def members(error: ProblemError) -> dict[str, object]:
    """The members of the problem body."""
    known = {"type": "about:blank", "title": HTTPStatus(error.status).phrase, "status": error.status}
    return {**known, "detail": error.detail, **error.members}
