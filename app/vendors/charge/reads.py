"""Answers of the operations that read: one object, or a page of a list, with the objects that `expand` asks for.

What is read and what is expanded belong to one transaction. Where nothing is expanded, a query of one statement needs
none.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from ...domain.errors import UnknownObjectError
from ...store.world_transaction import WorldTransaction
from ...web.responses import json_answer
from ...web.world_access import WorldAccess
from .expand import Object, ShownById, Step, expand, expander_of
from .pagination import Listed, Page, PageRequest
from .path_ids import refuse_impossible_ids

Row = TypeVar("Row", bound=Listed)


async def answer_object(
    request: Request, world: WorldAccess, paths: tuple[str, ...], kind: str, object_id: str
) -> Response:
    """Answers with the object of that kind and id; `paths` are those of `expand`.

    Raises UnknownObjectError for an id of no object, or ChargeError for a path that the object does not have.
    """
    refuse_impossible_ids(request)
    expander = expander_of(request)
    shown_by_id = expander.shown_by_id(kind)
    if paths:
        shown = await world.ask(_expanded_object, shown_by_id, object_id, expander.steps(kind, paths))
    else:
        shown = (await world.ask(shown_by_id, (object_id,))).get(object_id)
    if shown is None:
        raise UnknownObjectError(kind, object_id)
    return json_answer(request, shown)


async def answer_query(
    request: Request,
    world: WorldAccess,
    paths: tuple[str, ...],
    kind: str,
    query: Callable[[WorldTransaction], Object],
) -> Response:
    """Answers with the object of that kind that a query returns as it is shown."""
    refuse_impossible_ids(request)
    if paths:
        shown = await world.ask(_expanded, query, expander_of(request).steps(kind, paths))
    else:
        shown = await world.ask(query)
    return json_answer(request, shown)


async def answer_list(  # noqa: PLR0917 - one call says all that a list is made of
    request: Request,
    world: WorldAccess,
    paths: tuple[str, ...],
    kind: str,
    asked: PageRequest,
    query_rows: Callable[[WorldTransaction], Sequence[Row]],
    show: Callable[[Row, int], Object],
) -> Response:
    """Answers with the page of objects of that kind that `asked` asks for.

    `query_rows` returns up to `asked.limit` + 1 rows, read away from `asked.after`. If it is a `partial` of a query
    that is declared with `one_statement`, it runs without a transaction where nothing is expanded.
    """
    if paths:
        steps = expander_of(request).steps(kind, paths)
        page, data = await world.ask(_expanded_page, asked, query_rows, show, steps)
    else:
        page = asked.page(await world.ask(query_rows))
        data = [show(row, world.now) for row in page.rows]
    return asked.answer(request, page, data)


def _expanded_object(
    tx: WorldTransaction, shown_by_id: ShownById, object_id: str, steps: Sequence[Step]
) -> Object | None:
    shown = shown_by_id(tx, (object_id,)).get(object_id)
    if shown is not None:
        expand(tx, steps, [shown])
    return shown


def _expanded(tx: WorldTransaction, query: Callable[[WorldTransaction], Object], steps: Sequence[Step]) -> Object:
    shown = query(tx)
    expand(tx, steps, [shown])
    return shown


def _expanded_page(
    tx: WorldTransaction,
    asked: PageRequest,
    query_rows: Callable[[WorldTransaction], Sequence[Any]],
    show: Callable[[Any, int], Object],
    steps: Sequence[Step],
) -> tuple[Page[Any], list[Object]]:
    page = asked.page(query_rows(tx))
    data = [show(row, tx.now) for row in page.rows]
    expand(tx, steps, data)
    return page, data
