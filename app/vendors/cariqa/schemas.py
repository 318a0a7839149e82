"""What Cariqa takes: its list's query, which Django REST framework mends rather than refuses (CARIQA-002)."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from starlette.datastructures import QueryParams
from starlette.requests import Request

from .errors import CariqaError

PAGE_SIZE: Final = 20
LARGEST_PAGE: Final = 100
_USER: Final = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class ListSessions:
    """Whose sessions, which page as it was written, and how many rows a page has."""

    user: str
    page: str
    page_size: int


def list_sessions(request: Request) -> ListSessions:
    """The path and query of GET …/charging-sessions/. No user has an id that is not plain ASCII."""
    user = str(request.path_params["user_id"])
    if not _USER.fullmatch(user):
        raise CariqaError(404, "Not found.")
    return ListSessions(user, *_page_asked(request.scope["query_string"]))


@lru_cache(maxsize=1024)
def _page_asked(query: bytes) -> tuple[str, int]:
    named = QueryParams(query)
    return named.get("page") or "1", _page_size(named.get("page_size", ""))


def _page_size(text: str) -> int:
    try:
        size = int(text)
    except ValueError:
        return PAGE_SIZE
    return min(size, LARGEST_PAGE) if size > 0 else PAGE_SIZE
