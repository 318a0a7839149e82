"""Why a request was refused, in the sandbox's own words: noted with the request, and read when it is logged.

The answer does not depend on it. What is known at once is a sentence. What takes a query or a search is a function,
which is called after the answer was sent, and only if the request is logged.
"""

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

from starlette.requests import Request
from starlette.types import Scope

Reason: TypeAlias = str | Callable[[], Awaitable[str]]

_IN_SCOPE: Final = "wattif.reason"


def explain(request: Request, reason: Reason) -> None:
    """Notes why the request is refused, in place of what was noted before."""
    request.scope[_IN_SCOPE] = reason


def explain_by_default(request: Request, reason: Reason) -> None:
    """Notes why the request is refused, unless a reason is noted already."""
    request.scope.setdefault(_IN_SCOPE, reason)


def reason_in(scope: Scope) -> Reason | None:
    """The reason that was noted with a request."""
    reason: Reason | None = scope.get(_IN_SCOPE)
    return reason
