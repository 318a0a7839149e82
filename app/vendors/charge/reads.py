"""Answers of the operations that read: one object, or a page of a list, with the objects that `expand` asks for.

What is read and what is expanded belong to one transaction. Where nothing is expanded, a query of one statement needs
none.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from ...store.world_transaction import WorldTransaction, one_statement, runs_one_statement
from ...web.responses import json_answer
from ...web.world_access import WorldAccess
from .errors import not_found
from .expand import Object, ShownById, Step, expand, expander_of
from .pagination import Listed, Page, PageRequest
from .path_ids import refuse_impossible_ids

Row = TypeVar("Row", bound=Listed)


async def answer_object(
    request: Request, world: WorldAccess, paths: tuple[str, ...], kind: str, object_id: str
) -> Response:
    """Answers with the object of that kind and id; `paths` are those of `expand`.

    Raises ChargeError for an id of no object, or for a path that the object does not have.
    """
    shown_by_id = expander_of(request).shown_by_id(kind)
    query = partial(_object, shown_by_id=shown_by_id, kind=kind, object_id=object_id)
    if runs_one_statement(shown_by_id):
        one_statement(query)
    return await answer_query(request, world, paths, kind, query)


async def answer_query(
    request: Request,
    world: WorldAccess,
    paths: tuple[str, ...],
    kind: str,
    query: Callable[[WorldTransaction], Object],
) -> Response:
    """Answers with the object of that kind that a query returns as it is shown."""
    refuse_impossible_ids(request)
    steps = expander_of(request).steps(kind, paths)
    shown = await (world.ask(_expanded, query, steps) if steps else world.ask(query))
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
    refuse_impossible_ids(request)
    steps = expander_of(request).steps(kind, paths)
    if steps:
        page, data = await world.ask(_expanded_page, asked, query_rows, show, steps)
    else:
        page = asked.page(await world.ask(query_rows))
        data = [show(row, world.now) for row in page.rows]
    return asked.answer(request, page, data)


def _object(tx: WorldTransaction, shown_by_id: ShownById, kind: str, object_id: str) -> Object:
    found = shown_by_id(tx, (object_id,)).get(object_id)
    if found is None:
        raise not_found(kind)
    return found


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
