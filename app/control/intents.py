"""Setup intents and payment intents: confirmed, as the front end of a payment provider does it with its customer."""

import re
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from ..domain.client_secrets import id_and_secret
from ..domain.errors import UnknownThingError
from ..domain.payment_cards import REFUSALS, TEST_CARDS
from ..operations.payment_intents import confirm_intent
from ..operations.setup_intents import confirm_setup_intent
from ..web.responses import json_answer
from ..web.routing import OperationRoute
from ..web.world_access import enter
from .inputs import Context, Input, KnownWorld, body_of

_SUCCEEDED: Final = "succeeded"
_INTENT: Final = re.compile(r"[A-Za-z0-9_]{1,1000}")

router = APIRouter(route_class=OperationRoute)


class SetupConfirmation(Input):
    """The card that a customer enters, by a word for it, and the wallet that it comes from, if it does."""

    card: Literal[tuple(TEST_CARDS)]  # type: ignore[valid-type]
    wallet: Literal["apple_pay", "google_pay"] | None = None


class PaymentConfirmation(Input):
    """The card that a customer pays with; without one, the payment method of the intent."""

    card: Literal[tuple(TEST_CARDS)] | None = None  # type: ignore[valid-type]


@router.post("/worlds/{name}/setup-intents/{intent}/confirm")
async def confirm_setup(
    request: Request,
    context: Context,
    world: KnownWorld,
    intent: str,
    body: Annotated[SetupConfirmation, Depends(body_of(SetupConfirmation))],
) -> Response:
    """Adds a card to the user of a setup intent."""
    now, method = await context.directory.change(
        world.name, confirm_setup_intent, _known(intent), TEST_CARDS[body.card], body.wallet
    )
    enter(request, world, now)
    return json_answer(request, _show(intent, method.user, method.id))


@router.post("/worlds/{name}/payment-intents/{intent}/confirm")
async def confirm_payment(
    request: Request,
    context: Context,
    world: KnownWorld,
    intent: str,
    body: Annotated[PaymentConfirmation, Depends(body_of(PaymentConfirmation, optional=True))],
) -> Response:
    """Authenticates the payment of the next start, or pays a debt."""
    refusal = None if body.card is None else REFUSALS.get(body.card)
    now, confirmed = await context.directory.change(world.name, confirm_intent, _known(intent), refusal)
    enter(request, world, now)
    answer = _show(intent, confirmed.user, confirmed.payment_method)
    return json_answer(request, answer | {"session": confirmed.session})


def _known(intent: str) -> str:
    """An intent, as far as it can be one."""
    if not _INTENT.fullmatch(intent):
        raise UnknownThingError(intent)
    return intent


def _show(intent: str, user: str | None, method: str | None) -> dict[str, Any]:
    """A confirmed intent, by its id: a client secret is not repeated."""
    named, _ = id_and_secret(intent)
    return {"id": named, "status": _SUCCEEDED, "user": user, "payment_method": method}
