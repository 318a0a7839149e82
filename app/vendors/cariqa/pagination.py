"""Cariqa's pages: numbered from 1, with links in the form of Django REST framework."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Annotated, Any, Final, Protocol, TypeVar
from urllib.parse import parse_qs, quote, urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from ...domain.errors import UnknownObjectError
from ...domain.exclusivity import USER
from ...store.world_transaction import WorldTransaction
from ...web.app_context import context_of
from ...web.responses import json_answer
from ...web.world_access import WorldAccess, WorldView
from .errors import CariqaError

Row_co = TypeVar("Row_co", covariant=True)
Row = TypeVar("Row")

_PAGE_SIZE: Final = 20
_LARGEST_PAGE: Final = 100


def _page_size(text: str) -> int:
    """Django REST framework uses the default size instead of an invalid one (CARIQA-002)."""
    try:
        size = int(text)
    except ValueError:
        return _PAGE_SIZE
    return min(size, _LARGEST_PAGE) if size > 0 else _PAGE_SIZE


class PageQuery(BaseModel):
    """The query of a list: the page as it was written, and the rows of a page. A bad size is corrected, not refused."""

    model_config = ConfigDict(frozen=True)

    page: Annotated[str, BeforeValidator(lambda text: text or "1")] = "1"
    page_size: Annotated[int, BeforeValidator(_page_size)] = _PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list that has `count` rows in all."""

    number: int
    size: int
    count: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def pages(self) -> int:
        return max(1, -(-self.count // self.size))


class Listing(Protocol[Row_co]):
    """A query for a numbered page: `choose` gives the page for the number of rows in the list.

    It returns the page and its rows, or None if what the list belongs to is not there.
    """

    def __call__(
        self, tx: WorldTransaction, /, *, choose: Callable[[int], Page]
    ) -> tuple[Page, Sequence[Row_co]] | None: ...


async def answer_page(
    request: Request,
    world: WorldAccess | WorldView,
    asked: PageQuery,
    listing: Listing[Row],
    show: Callable[[Row, int], Any],
) -> Response:
    """Answers with the page that `asked` asks for. `show` gives a row as Cariqa shows it at an instant.

    Raises CariqaError (404) for a page that the list does not have, or UnknownObjectError for the user of the path if
    there is no list.
    """
    found = await world.ask(listing, choose=partial(page, asked.page, asked.page_size))
    if found is None:
        raise UnknownObjectError(USER, request.path_params["user_id"])
    here, rows = found
    origin, now = context_of(request).links.origin(request), world.now
    body = {
        "count": here.count,
        "next": next_link(request, origin, here),
        "previous": previous_link(request, origin, here),
        "results": [show(row, now) for row in rows],
    }
    return json_answer(request, body)


def page(asked: str, size: int, count: int) -> Page:
    """The page that was asked for. Raises CariqaError (404) for any other page."""
    first = Page(1, size, count)
    if asked == "last":
        return Page(first.pages, size, count)
    try:
        number = int(asked)
    except ValueError:
        number = 0
    if not 1 <= number <= first.pages:
        raise CariqaError(404, "Invalid page.", reason=f"There is no page {asked}; the list has {first.pages}.")
    return Page(number, size, count)


def next_link(request: Request, origin: str, here: Page) -> str | None:
    return _link(request, origin, here.number + 1) if here.number < here.pages else None


def previous_link(request: Request, origin: str, here: Page) -> str | None:
    return _link(request, origin, here.number - 1) if here.number > 1 else None


def _link(request: Request, origin: str, number: int) -> str:
    """The request's own address with another page; the first page needs no number."""
    path, query = quote(request.scope["path"]), _query(request.scope["query_string"], number)
    return f"{origin}{path}?{query}" if query else f"{origin}{path}"


@lru_cache(maxsize=1024)
def _query(asked: bytes, number: int) -> str:
    query = parse_qs(asked.decode("latin-1"), keep_blank_values=True)
    query.pop("page", None)
    if number > 1:
        query["page"] = [str(number)]
    return urlencode(sorted(query.items()), doseq=True)
