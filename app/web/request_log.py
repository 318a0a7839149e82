"""One record for each request, with the reason if it was refused. The server writes records as lines of its log."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette.types import Scope

from ..store.database.protocol import DatabaseUnavailableError
from ..wall_clock import wall_now
from .log_text import own_key, printable, target_of, without_keys
from .reasons import Reason, reason_in
from .world_access import place_in

REFUSED: Final = 400
"""The first status of a refusal."""
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A request and its answer, as a log shows them: no field has a key or a character that is not printable.

    `at` is the wall clock's instant at which it was answered, and `now` the instant in its world; `world` and `now` are
    None if it opened none. `api` is the vendor's name, `sandbox` for the control API, and None if it reached no API.
    `path` includes the query. A request that could not be read has no method and no path. `took_us` are the
    microseconds until the answer began, and `reason` says why it was refused.
    """

    at: int
    now: int | None
    world: str | None
    api: str | None
    method: str
    path: str
    status: int
    took_us: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RequestLog:
    """Hands records to `write`, which must neither block nor raise. `everything` is false if only refusals are logged.

    A request is refused if its status is 400 or above, or if a reason was noted, as with a redirect to another path.
    """

    write: Callable[[RequestRecord], None]
    everything: bool = True


@dataclass(frozen=True, slots=True)
class ApiLog:
    """The log of one API.

    Requests that only read are logged if `shows_reads` is true, or if they are refused. A path that `unlogged` matches
    is never logged.
    """

    log: RequestLog
    api: str | None
    shows_reads: bool = True
    unlogged: re.Pattern[str] | None = None

    def shows(self, scope: Scope, status: int) -> bool:
        """Whether a request is to be logged that has been answered."""
        is_shown = self.log.everything and (self.shows_reads or scope["method"] not in _READS)
        if not is_shown and status < REFUSED and reason_in(scope) is None:
            return False
        return self.unlogged is None or not self.unlogged.fullmatch(scope["path"])

    async def note(self, scope: Scope, status: int, took_us: int) -> None:
        """Logs a request that has been answered."""
        reason = reason_in(scope)
        is_refused = status >= REFUSED or reason is not None
        place = place_in(scope)
        self.log.write(
            RequestRecord(
                wall_now(),
                None if place is None else place.now,
                None if place is None else place.world.name,
                self.api,
                printable(scope["method"]),
                target_of(scope),
                status,
                took_us,
                await _told(reason or HTTPStatus(status).phrase, scope) if is_refused else None,
            )
        )


async def _told(reason: Reason, scope: Scope) -> str:
    if callable(reason):
        try:
            reason = await reason()
        except (DatabaseUnavailableError, OSError):
            reason = "The reason could not be looked up."
    return printable(without_keys(reason, own_key(scope["headers"])))
