"""Runs what a POST, PUT or DELETE does, in one transaction, and answers it."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from starlette.requests import Request
from starlette.responses import Response

from ...store.world_transaction import WorldTransaction, keeps_worlds
from ...web.responses import answer, json_answer
from ...web.world_access import WorldAccess

Arguments = ParamSpec("Arguments")


async def answer_change(
    request: Request,
    world: WorldAccess,
    action: Callable[Concatenate[WorldTransaction, Arguments], dict[str, Any] | None],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Response:
    """Runs an action and answers with the object that it returns (200), or with nothing where that is None (204)."""

    @keeps_worlds
    def act(tx: WorldTransaction) -> dict[str, Any] | None:
        return action(tx, *args, **kwargs)

    shown = await world.change(act)
    return answer(request, None, 204) if shown is None else json_answer(request, shown)
