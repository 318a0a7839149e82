"""Charging sessions: listed, started, retrieved and ended."""

import re
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import Response

from ....domain import models, settlement
from ....domain.clock import EARLIEST, NEVER, millis
from ....domain.errors import UnknownSessionError
from ....domain.pricing import currency
from ....domain.sessions import view
from ....operations.start import Order, start
from ....operations.stop import stop
from ....store import sessions
from ....store.keyset_pages import PageQuery
from ....web.app_context import context_of
from ....web.responses import json_answer
from ....web.routing import OperationRoute
from ..auth import ChargeWorld
from ..inputs import (
    DEFAULT_LIMIT,
    EmptyBody,
    Input,
    Limit,
    NoQuery,
    PageToken,
    Reference,
    WrittenInstant,
    WrittenQuery,
    body_of,
)
from ..pagination import PageRequest
from ..vendor import CHANNEL

_PATH: Final = "/v1/charging_sessions"
_FILTERS: Final = ("driver", "fleet", "vehicle")
_ID: Final = re.compile(r"cs_[A-Za-z0-9]{32}")
_MOST_WH: Final = 2_147_483_647

router = APIRouter(route_class=OperationRoute)


def _whole(value: object) -> object:
    """JSON does not tell 828.0 from 828."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class ListSessions(Input):
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
    session_limit: Annotated[int, BeforeValidator(_whole), Field(strict=True, ge=1, le=_MOST_WH)] | None = None

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
    request: Request, world: ChargeWorld, written: WrittenQuery, query: Annotated[ListSessions, Query()]
) -> Response:
    """Sessions, newest first."""
    asked = PageRequest(world, _PATH, written, query.page, query.limit)
    filters = {name: written[name] for name in _FILTERS if name in written}
    low, high = query.created_between()
    wanted = PageQuery(filters, query.status, asked.limit, asked.after, asked.newer, low, high)
    rows = await world.ask(sessions.sessions, CHANNEL.name, wanted)
    page = asked.page(rows)
    return asked.answer(request, page, [show_in_list(row, world.now) for row in page.rows])


@router.post("/charging_sessions")
async def create_session(
    request: Request, world: ChargeWorld, body: Annotated[CreateSession, Depends(body_of(CreateSession))]
) -> Response:
    """Starts a session."""
    most = context_of(request).worlds.bounds.rows
    session = await world.change(start, body.order(), most)
    return json_answer(request, show(session, world.now))


@router.get("/charging_sessions/{charging_session}")
async def retrieve_session(request: Request, world: ChargeWorld, _query: NoQuery, charging_session: str) -> Response:
    """One session."""
    session = await world.ask(sessions.session, CHANNEL.name, _known_id(charging_session))
    if session is None:
        raise UnknownSessionError(charging_session)
    return json_answer(request, show(session, world.now))


@router.post("/charging_sessions/{charging_session}/end")
async def end_session(request: Request, world: ChargeWorld, _body: EmptyBody, charging_session: str) -> Response:
    """Ends a session."""
    session = await world.change(stop, CHANNEL, _known_id(charging_session))
    return json_answer(request, show(session, world.now))


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


def _known_id(charging_session: str) -> str:
    """The id in a path. Raises UnknownSessionError for one that no session can have (CHARGE-010)."""
    if not _ID.fullmatch(charging_session):
        raise UnknownSessionError(charging_session)
    return charging_session
