"""What Charge takes: the parameters and bodies of its calls, each bounded."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError
from starlette.datastructures import QueryParams
from starlette.requests import Request

from ...domain.clock import NEVER, instant
from ...domain.errors import UnknownSessionError
from ...operations.start import Order
from ...web import request_body
from .errors import ChargeError
from .vendor import CHANNEL

_MOST_WH: Final = 2_147_483_647
_DEFAULT_LIMIT: Final = 10
_LONGEST_TOKEN: Final = 255
_SESSION: Final = re.compile(r"cs_[A-Za-z0-9]{32}")


def _limit(value: object) -> int:
    """Plain digits only: what else Python reads as a number is not one in a query."""
    text = str(value)
    if not (text.isascii() and text.isdigit()) or len(text) > 3 or not 1 <= int(text) <= 100:  # noqa: PLR2004 - the documented bounds
        raise PydanticCustomError("limit", "must be an integer from 1 to 100")
    return int(text)


def _whole(value: object) -> object:
    """JSON does not tell 828.0 from 828."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _instant(value: object) -> int:
    return instant(str(value))


Reference = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]
Instant = Annotated[int, BeforeValidator(_instant)]
WattHours = Annotated[int, BeforeValidator(_whole), Field(strict=True, ge=1, le=_MOST_WH)]
Limit = Annotated[int, BeforeValidator(_limit)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NoParameters(_Asked):
    """For a call that takes none."""


class ListSessions(_Asked):
    """GET /v1/charging_sessions."""

    driver: Reference | None = None
    fleet: Reference | None = None
    vehicle: Reference | None = None
    status: Literal["active", "completed", "cancelled", "failed"] | None = None
    created: Instant | None = None
    created_gt: Instant | None = Field(default=None, alias="created[gt]")
    created_gte: Instant | None = Field(default=None, alias="created[gte]")
    created_lt: Instant | None = Field(default=None, alias="created[lt]")
    created_lte: Instant | None = Field(default=None, alias="created[lte]")
    limit: Limit = _DEFAULT_LIMIT
    page: Annotated[str, Field(max_length=_LONGEST_TOKEN)] | None = None

    def created_between(self) -> tuple[int, int]:
        """The inclusive span that the filters on `created` leave, to the microsecond."""
        lows = [self.created, self.created_gte, None if self.created_gt is None else self.created_gt + 1]
        highs = [self.created, self.created_lte, None if self.created_lt is None else self.created_lt - 1]
        low = max((low for low in lows if low is not None), default=0)
        return low, min((high for high in highs if high is not None), default=NEVER)


class ListReservations(_Asked):
    """GET /v1/reservations."""

    charging_station: Reference | None = None
    driver: Reference | None = None
    vehicle: Reference | None = None
    status: Literal["pending", "confirmed", "completed", "cancelled", "failed", "expired"] | None = None
    limit: Limit = _DEFAULT_LIMIT
    page: Annotated[str, Field(max_length=_LONGEST_TOKEN)] | None = None


class CreateSession(_Asked):
    """POST /v1/charging_sessions."""

    charging_station: Reference
    connector: Reference
    driver: Reference
    payment_method: Reference
    vehicle: Reference
    session_limit: WattHours | None = None

    def order(self) -> Order:
        return Order(
            channel=CHANNEL,
            station=self.charging_station,
            connector=self.connector,
            vehicle=self.vehicle,
            payment_method=self.payment_method,
            driver=self.driver,
            limit_wh=self.session_limit,
        )


def session_id(request: Request) -> str:
    """The session that the path names; no session has an id of another form."""
    named = str(request.path_params["charging_session"])
    if not _SESSION.fullmatch(named):
        raise UnknownSessionError
    return named


def list_sessions(request: Request) -> tuple[Mapping[str, str], ListSessions]:
    """The parameters of GET /v1/charging_sessions, as they were written and as what they ask for."""
    return _list_sessions(request.scope["query_string"])


def list_reservations(request: Request) -> tuple[Mapping[str, str], ListReservations]:
    """The parameters of GET /v1/reservations, as they were written and as what they ask for."""
    return _list_reservations(request.scope["query_string"])


def no_parameters(request: Request) -> None:
    """Refuses whatever parameters the query has."""
    if request.scope["query_string"]:
        NoParameters.model_validate(_named(request.scope["query_string"]))


@lru_cache(maxsize=1024)
def _list_sessions(query: bytes) -> tuple[Mapping[str, str], ListSessions]:
    named = _named(query)
    return named, ListSessions.model_validate(named)


@lru_cache(maxsize=1024)
def _list_reservations(query: bytes) -> tuple[Mapping[str, str], ListReservations]:
    named = _named(query)
    return named, ListReservations.model_validate(named)


def _named(query: bytes) -> Mapping[str, str]:
    """The query's parameters, each given once."""
    items = QueryParams(query).multi_items()
    named = dict(items)
    if len(named) < len(items):
        names = [name for name, _ in items]
        twice = next(name for name in names if names.count(name) > 1)
        raise ChargeError(400, f"Parameter given more than once: {twice[:128]}.", param=twice[:128])
    if "expand" in named:
        raise ChargeError(
            400, "This sandbox does not expand objects yet.", code="unsupported_expand_value", param="expand"
        )
    return named


async def body(request: Request, *, optional: bool = False) -> object:
    """The request's JSON object; `{}` if there may be none and there is none."""
    raw = await request_body.read(request)
    if optional and not raw:
        return {}
    if not request_body.is_json(request):
        raise ChargeError(400, "Send the request body as application/json.")
    content = request_body.parsed(raw)
    if not isinstance(content, dict):
        raise ChargeError(400, "The request body must be a JSON object.")
    return content
