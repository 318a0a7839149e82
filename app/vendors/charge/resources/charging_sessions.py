"""Charging sessions: listed, started, retrieved and ended."""

from collections.abc import Collection
from functools import partial
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from ....domain import models, settlement
from ....domain.clock import EARLIEST, NEVER, millis
from ....domain.pricing import currency
from ....domain.sessions import view
from ....operations.start import Order, start
from ....operations.stop import stop
from ....store import sessions
from ....store.world_transaction import WorldTransaction, one_statement
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..changes import answer_change
from ..expand import Expandable
from ..inputs import (
    DEFAULT_LIMIT,
    EmptyBody,
    Expand,
    Input,
    Limit,
    OnlyExpand,
    PageToken,
    QueryInput,
    Reference,
    Whole,
    WrittenInstant,
    WrittenQuery,
    body_of,
)
from ..pagination import PageRequest
from ..reads import answer_list, answer_object
from ..vendor import CHANNEL

_KIND: Final = "charging_session"
_PATH: Final = "/v1/charging_sessions"
_FILTERS: Final = {"driver": "driver", "fleet": "fleet", "vehicle": "vehicle"}
"""The column for each filter."""
_MOST_WH: Final = 2_147_483_647

router = APIRouter(route_class=OperationRoute)


class ListSessions(QueryInput):
    """The query of a list. `created_between` is the span that the filters on `created` leave."""

    driver: Reference | None = None
    fleet: Reference | None = None
    vehicle: Reference | None = None
    status: Literal["active", "completed", "cancelled", "failed"] | None = None
    created: WrittenInstant | None = None
    created_gt: WrittenInstant | None = Field(default=None, alias="created[gt]")
    created_gte: WrittenInstant | None = Field(default=None, alias="created[gte]")
    created_lt: WrittenInstant | None = Field(default=None, alias="created[lt]")
    created_lte: WrittenInstant | None = Field(default=None, alias="created[lte]")
    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None

    def created_between(self) -> tuple[int, int]:
        """The first and the last instant, in microseconds."""
        lows = [self.created, self.created_gte, None if self.created_gt is None else self.created_gt + 1]
        highs = [self.created, self.created_lte, None if self.created_lt is None else self.created_lt - 1]
        low = max((low for low in lows if low is not None), default=EARLIEST)
        return low, min((high for high in highs if high is not None), default=NEVER)


class CreateSession(Input):
    """The body that starts a session."""

    charging_station: Reference
    connector: Reference
    driver: Reference
    payment_method: Reference
    vehicle: Reference
    session_limit: Annotated[Whole, Field(ge=1, le=_MOST_WH)] | None = None

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


@router.get("/charging_sessions")
async def list_sessions(
    request: Request,
    world: ChargeWorld,
    written: WrittenQuery,
    expand: Expand,
    query: Annotated[ListSessions, Query()],
) -> Response:
    """Sessions, newest first."""
    asked = PageRequest(world, _PATH, written, query.page, query.limit)
    low, high = query.created_between()
    wanted = asked.query(_FILTERS, query.status, low, high)
    rows = partial(sessions.sessions, channel=CHANNEL.name, query=wanted)
    return await answer_list(request, world, expand, _KIND, asked, rows, show_in_list)


@router.post("/charging_sessions")
async def create_session(
    request: Request, world: ChargeWorld, body: Annotated[CreateSession, Depends(body_of(CreateSession))]
) -> Response:
    """Starts a session."""
    return await answer_change(request, world, _start, body.order())


@router.get("/charging_sessions/{charging_session}")
async def retrieve_session(request: Request, world: ChargeWorld, expand: OnlyExpand, charging_session: str) -> Response:
    """One session."""
    return await answer_object(request, world, expand, _KIND, charging_session)


@router.post("/charging_sessions/{charging_session}/end")
async def end_session(request: Request, world: ChargeWorld, _body: EmptyBody, charging_session: str) -> Response:
    """Ends a session."""
    return await answer_change(request, world, _stop, charging_session)


def show(session: models.Session, now: int) -> dict[str, Any]:
    """A session as Charge shows it at `now`: `id`, `object`, then by the alphabet, as in its documentation.

    What is planned is not shown: the start is null until power flows (CHARGE-031).
    """
    has_ended, delivered_wh = now >= session.ended_at, view.energy_wh(session, now)
    return {
        "id": session.id,
        "object": "charging_session",
        "amount_due": view.amount_due(session, now, delivered_wh),
        "amount_paid": settlement.amount_paid(session, now),
        "charging_station": session.station,
        "connector": session.connector,
        "country": session.country,
        "created": millis(session.created_at),
        "currency": currency(session.tariff),
        "driver": session.driver,
        "energy_consumed": delivered_wh,
        "fleet": session.fleet,
        "payment_method": session.payment_method,
        "session_ended": millis(session.ended_at) if has_ended else None,
        "session_limit": session.limit_wh,
        "session_started": millis(session.started_at) if now >= session.started_at else None,
        "status": session.outcome if has_ended else view.ACTIVE,
        "updated": millis(view.updated(session, now)),
        "vehicle": session.vehicle,
    }


def show_in_list(session: models.Session, now: int) -> dict[str, Any]:
    """A session as a row of a list, which has `session_limit` only if one was set (CHARGE-002)."""
    row = show(session, now)
    if session.limit_wh is None:
        del row["session_limit"]
    return row


@one_statement
def shown_by_id(tx: WorldTransaction, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The sessions with these ids, as Charge shows them."""
    return {each.id: show(each, tx.now) for each in sessions.sessions_by_id(tx, CHANNEL.name, ids)}


def _start(tx: WorldTransaction, order: Order) -> dict[str, Any]:
    return show(start(tx, order), tx.now)


def _stop(tx: WorldTransaction, charging_session: str) -> dict[str, Any]:
    return show(stop(tx, CHANNEL, charging_session), tx.now)


EXPANDABLE: Final = Expandable(
    _KIND,
    shown_by_id,
    {name: name for name in ("charging_station", "driver", "fleet", "payment_method", "vehicle")},
)
