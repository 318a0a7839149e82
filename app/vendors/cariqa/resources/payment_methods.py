"""Payment methods of a user: listed, deleted, and made the default."""

from functools import lru_cache, partial
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from ....domain.clock import SECOND, micros
from ....domain.models import PaymentMethod
from ....domain.payment_cards import assumed, renewed
from ....domain.start_refusals import UnpaidDebtError
from ....operations import user_payment_methods as operations
from ....store.user_payment_methods import user_payment_methods
from ....store.world_transaction import WorldTransaction
from ....web.routing import OperationRoute
from ..auth import CariqaWorld
from ..changes import answer_change
from ..errors import unpaid
from ..inputs import ignore_body
from ..pagination import PageQuery, answer_page
from ..users import CariqaUser
from ..vendor import CHANNEL

_CARD: Final = "card"
_WALLETS: Final = {"apple_pay", "google_pay"}

router = APIRouter(route_class=OperationRoute)


@router.get("/users/{user_id}/payment-methods/")  # noqa: FAST003 - CariqaUser takes the id
async def list_payment_methods(
    request: Request, world: CariqaWorld, user: CariqaUser, query: Annotated[PageQuery, Query()]
) -> Response:
    """A user's payment methods, newest first."""
    listing = partial(user_payment_methods, user=user)
    return await answer_page(request, world, query, listing, partial(show, seed=world.world.seed))


@router.delete("/users/{user_id}/payment-methods/{payment_method}/")  # noqa: FAST003 - CariqaUser takes the id
@router.delete("/users/{user_id}/payment-methods/{payment_method}", include_in_schema=False)
async def delete_payment_method(
    request: Request, world: CariqaWorld, user: CariqaUser, payment_method: str
) -> Response:
    """Deletes a payment method (CARIQA-033). Cariqa's own client leaves out the slash at the end (CARIQA-034)."""
    return await answer_change(request, world, _delete, user, payment_method)


@router.post("/users/{user_id}/payment-methods/{payment_method}/default/")
async def set_default_payment_method(
    request: Request,
    world: CariqaWorld,
    user: CariqaUser,
    payment_method: str,
    _body: Annotated[None, Depends(ignore_body)],
) -> Response:
    """Makes a payment method the one that is used by default."""
    return await answer_change(request, world, operations.set_default, user, payment_method)


def show(shown: tuple[PaymentMethod, bool], now: int, seed: int) -> dict[str, Any]:
    """A payment method, and whether it is the default, as Cariqa shows it at `now`."""
    method, is_default = shown
    kind, card = _card(method, renewed(now), seed)
    return {
        "id": method.id,
        "default": is_default,
        "type": kind,
        "card": card,
        "created_at": micros(method.created_at // SECOND * SECOND),
    }


@lru_cache(maxsize=4096)
def _card(method: PaymentMethod, year: int, seed: int) -> tuple[str, orjson.Fragment]:
    """The type and the card of a payment method, whose JSON is kept. `year` is that of cards which are renewed now."""
    details = orjson.loads(method.details)
    written, wallet = (found if isinstance(found, dict) else {} for found in map(details.get, (_CARD, "wallet")))
    card = {name: _like(written.get(name), value) for name, value in assumed(method.id, year, seed).items()}
    shown = {
        "brand": card["brand"],
        "last4": card["last4"],
        "expiration_date": f"{card['exp_month']:02d}/{card['exp_year']}",
        "cardholder_name": _like(written.get("cardholder_name"), "") or None,
    }
    kind = _like(wallet.get("type"), "")
    return kind if kind in _WALLETS else _CARD, orjson.Fragment(orjson.dumps(shown))


def _like(written: object, assumed_value: Any) -> Any:  # noqa: ANN401 - a text or a number
    """What is written, if it has the type of what is assumed otherwise."""
    return written if type(written) is type(assumed_value) else assumed_value


def _delete(tx: WorldTransaction, user_id: str, method_id: str) -> None:
    try:
        operations.delete_payment_method(tx, user_id, method_id, CHANNEL)
    except UnpaidDebtError as error:
        raise unpaid(error) from None
