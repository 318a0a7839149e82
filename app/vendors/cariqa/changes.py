"""Runs what a POST, PUT, PATCH or DELETE does, and answers it."""

from collections.abc import Callable
from typing import Any, TypeVarTuple

from starlette.requests import Request
from starlette.responses import Response

from ...store.world_transaction import WorldTransaction, keeps_worlds
from ...web.responses import answer, json_answer
from ...web.world_access import WorldAccess
from .errors import CariqaError

Arguments = TypeVarTuple("Arguments")


async def answer_change(
    request: Request,
    world: WorldAccess,
    action: Callable[[WorldTransaction, *Arguments], dict[str, Any] | CariqaError | None],
    *args: *Arguments,
    status: int = 200,
) -> Response:
    """Runs an action in a transaction, and answers with the object that it returns, or with 204 if it returns none.

    What the action raises undoes what it wrote. A CariqaError that it returns is the answer too, and what it wrote
    stays: a payment intent that a refusal names, for example.
    """

    @keeps_worlds
    def act(tx: WorldTransaction) -> dict[str, Any] | CariqaError | None:
        return action(tx, *args)

    shown = await world.change(act)
    if isinstance(shown, CariqaError):
        raise shown
    return answer(request, None, 204) if shown is None else json_answer(request, shown, status)
