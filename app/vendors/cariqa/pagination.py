"""Cariqa's pages: numbered from 1, with links that Django REST framework would write."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, quote, urlencode

from starlette.requests import Request

from .errors import CariqaError


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


def page(asked: str, size: int, count: int) -> Page:
    """The page that was asked for; 404 for whatever is none."""
    first = Page(1, size, count)
    if asked == "last":
        return Page(first.pages, size, count)
    try:
        number = int(asked)
    except ValueError:
        number = 0
    if not 1 <= number <= first.pages:
        raise CariqaError(404, "Invalid page.")
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
