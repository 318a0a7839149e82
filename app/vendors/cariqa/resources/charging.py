"""Charging: a session is started and stopped, and debts are listed."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from ....domain import currencies, debts, pricing
from ....domain.client_secrets import client_secret
from ....domain.errors import AuthenticationRequiredError, Refusal, UnknownReferenceError, UnknownSessionError
from ....domain.models import Session
from ....domain.sessions.view import final_total
from ....domain.start_refusals import UnexpectedFailureError
from ....operations.announced_failures import forget_failure
from ....operations.payment_intents import open_intent
from ....operations.start import Order, start
from ....operations.stop import stop_for_user
from ....operations.users import known_user
from ....store import stations
from ....store.debts import debts_of_user
from ....store.user_sessions import user_session
from ....store.world_transaction import WorldTransaction
from ....web.app_context import context_of
from ....web.routing import OperationRoute
from ..amounts import amount
from ..auth import CariqaWorld
from ..changes import answer_change
from ..charging_errors import charging_error
from ..errors import CariqaError
from ..file_links import FileLinks
from ..inputs import Filled, Input, body_of, ignore_body
from ..pagination import Page, PageQuery, answer_page
from ..users import CariqaSession, CariqaUser
from ..vendor import CHANNEL
from .charging_sessions import show

router = APIRouter(route_class=OperationRoute)


class StartSession(Input):
    """The body that starts a session."""

    evse_id: Filled
    payment_method_id: Filled


@router.post("/users/{user_id}/charging/start/")
async def start_session(
    request: Request,
    world: CariqaWorld,
    user: CariqaUser,
    body: Annotated[StartSession, Depends(body_of(StartSession))],
) -> Response:
    """Starts a session of a user, who is charging when it is answered."""
    links = FileLinks.of(world.world, context_of(request).links.origin(request))
    try:
        return await answer_change(request, world, _start, user, body, links, status=201)
    except Refusal as error:
        raise charging_error(error) from None


@router.post("/users/{user_id}/charging/stop/{session_id}/")
async def stop_session(
    request: Request,
    world: CariqaWorld,
    user: CariqaUser,
    session: CariqaSession,
    _body: Annotated[None, Depends(ignore_body)],
) -> Response:
    """Stops a session of a user; its charge record comes later (CARIQA-055)."""
    try:
        return await answer_change(request, world, _stop, user, session)
    except Refusal as error:
        raise charging_error(error) from None


@router.get("/users/{user_id}/charging/debts/")  # noqa: FAST003 - CariqaUser takes the id
async def list_debts(
    request: Request, world: CariqaWorld, user: CariqaUser, query: Annotated[PageQuery, Query()]
) -> Response:
    """The sessions that a user has not paid, newest first."""
    return await answer_page(request, world, query, partial(_debts, user), partial(show_debt, seed=world.world.seed))


def show_debt(session: Session, _now: int, seed: int) -> dict[str, Any]:
    """A debt as Cariqa shows it, with the secret by which it is paid (CARIQA-057)."""
    currency = pricing.currency(session.tariff)
    return {
        "session_id": session.uuid,
        "payment_intent_client_secret": client_secret(seed, debts.payment_intent_of(session.id)),
        "amount": amount(final_total(session), currencies.decimals(currency)),
        "currency": currency,
    }


def _debts(user: str, tx: WorldTransaction, *, choose: Callable[[int], Page]) -> tuple[Page, list[Session]]:
    known_user(tx, user)
    return debts_of_user(tx, CHANNEL.name, user, choose)


def _start(tx: WorldTransaction, user: str, body: StartSession, links: FileLinks) -> dict[str, Any] | CariqaError:
    """Starts a session. What a refusal has to keep, such as a payment intent, is saved with it."""
    connector = stations.connector_of_evse(tx, body.evse_id)
    order = Order(
        channel=CHANNEL,
        station="" if connector is None else connector.station,
        connector="" if connector is None else connector.id,
        payment_method=body.payment_method_id,
        user=user,
    )
    try:
        session = start(tx, order)
    except AuthenticationRequiredError as error:
        return charging_error(error, open_intent(tx, CHANNEL.name, user, body.payment_method_id))
    except UnexpectedFailureError as error:
        forget_failure(tx, CHANNEL, user)
        return charging_error(error)
    shown = user_session(tx, user, session.uuid)
    if shown is None:
        raise UnknownReferenceError("connector", body.evse_id)
    return show(shown, tx.now, links)


def _stop(tx: WorldTransaction, user: str, uuid: str | None) -> CariqaError | None:
    known_user(tx, user)
    if uuid is None:
        raise UnknownSessionError("of that id")
    try:
        stop_for_user(tx, CHANNEL, user, uuid)
    except UnexpectedFailureError as error:
        forget_failure(tx, CHANNEL, uuid)
        return charging_error(error)
    return None
