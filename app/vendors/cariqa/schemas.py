"""What Cariqa takes: its list's query, which Django REST framework mends rather than refuses (CARIQA-002)."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

PAGE_SIZE: Final = 20
LARGEST_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class ListSessions:
    """`page` as it was written, and how many rows a page has."""

    page: str
    page_size: int


def list_sessions(request: Request) -> ListSessions:
    """The query of GET …/charging-sessions/."""
    query = request.query_params
    return ListSessions(query.get("page", "1"), _page_size(query.get("page_size", "")))


def _page_size(text: str) -> int:
    try:
        size = int(text)
    except ValueError:
        return PAGE_SIZE
    return min(size, LARGEST_PAGE) if size > 0 else PAGE_SIZE
