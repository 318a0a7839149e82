"""Charge's pages: opaque tokens that say where a page begins, in which direction, and under which filters.

A token is `page_` and 43 characters of base64url, 32 bytes: position (created, number), direction, a fingerprint of the
list and its filters, and a truncated MAC under a key that comes from the world's seed.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from hmac import compare_digest
from struct import Struct
from typing import Any, Final, Generic, Protocol, TypeVar
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from ...domain.clock import EARLIEST, LATEST, NEVER
from ...domain.ids import secret
from ...store.keyset_pages import PageQuery, Position
from ...web.app_context import context_of
from ...web.responses import json_answer
from ...web.world_access import WorldAccess
from .errors import ChargeError
from .inputs import Written

_PREFIX: Final = "page_"
_POSITION: Final = Struct(">qqB")
_FINGERPRINT: Final = 5
_MAC: Final = 10
_LENGTH: Final = 43
_DIRECTIONS: Final = (0, 1)
_NUMBERS: Final = range(-1, (1 << 63) - 1)
"""The numbers in a token: those of rows, and the one before the first (see `_empty`)."""
_NO_FILTERS: Final = frozenset({"page", "limit"})
_NO_COLUMNS: Final[Mapping[str, str]] = {}

Filters = Sequence[tuple[str, str]]


class Listed(Protocol):
    """A row of a list."""

    @property
    def created_at(self) -> int: ...
    @property
    def n(self) -> int: ...


Row = TypeVar("Row", bound=Listed)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows, newest first, and the positions at which the pages on both sides begin."""

    rows: Sequence[Row]
    older: Position | None
    newer: Position | None


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one list under its filters, in a world with a given seed.

    `repeated` is what links repeat: the filters and `expand`, as they were written.
    """

    seed: int
    path: str
    filters: Filters
    repeated: Filters = ()

    def write(self, position: Position, *, newer: bool) -> str:
        """A token for the page that begins beyond the position."""
        payload = _POSITION.pack(position.created_at, position.n, newer) + self._fingerprint()
        return _PREFIX + urlsafe_b64encode(payload + self._mac(payload)).decode().rstrip("=")

    def read(self, token: str) -> tuple[Position, bool]:
        """The position and direction that `write` was given. Anything else is refused (CHARGE-003).

        The key comes from the seed, which is no secret, so what a token says is checked although it is signed.
        """
        raw = _decoded(token)
        payload = raw[: _POSITION.size + _FINGERPRINT]
        if not compare_digest(raw[len(payload) :], self._mac(payload)):
            raise _invalid("Invalid page token.")
        if payload[_POSITION.size :] != self._fingerprint():
            raise _invalid("The page token belongs to other filters; do not change them after the first request.")
        created_at, n, newer = _POSITION.unpack_from(payload)
        if newer not in _DIRECTIONS or n not in _NUMBERS or not EARLIEST <= created_at <= LATEST:
            raise _invalid("Invalid page token.")
        return Position(created_at, n), bool(newer)

    def url(self, origin: str, position: Position | None, limit: int, *, newer: bool) -> str | None:
        """The absolute link to the page beyond the position: `page` first, then the filters, then `limit`."""
        if position is None:
            return None
        page = self.write(position, newer=newer)
        return f"{origin}{self.path}?page={page}{_query(tuple(self.repeated))}&limit={limit}"

    def _fingerprint(self) -> bytes:
        return _fingerprint(self.path, tuple(sorted(self.filters)))

    def _mac(self, payload: bytes) -> bytes:
        return blake2b(payload, key=_key(self.seed), digest_size=_MAC).digest()


class PageRequest:
    """The page that a request asks for: up to `limit` rows next to `after`, on its older or its newer side."""

    __slots__ = ("_break_at", "_tokens", "_written", "after", "limit", "newer")

    def __init__(self, world: WorldAccess, path: str, written: Written, page: str | None, limit: int) -> None:
        """`written` is the query as it was written: every link repeats its filters and `expand`.

        Refuses a token with 400.
        """
        filters = [(name, value) for name, value in written.items() if name not in _NO_FILTERS]
        repeated = [(name, value) for name, value in written.pairs if name not in _NO_FILTERS]
        self._tokens = Tokens(world.world.seed, path, filters, repeated)
        self._written = written
        self._break_at = world.world.page_break_at or NEVER
        self.limit = limit
        self.after: Position | None = None
        self.newer = False
        if page is not None:
            self.after, self.newer = self._tokens.read(page)

    def query(
        self,
        columns: Mapping[str, str] = _NO_COLUMNS,
        status: str | None = None,
        created_from: int = EARLIEST,
        created_to: int = NEVER,
    ) -> PageQuery:
        """The rows of the page; `columns` has the column that each filter of the query is on."""
        written = self._written
        filters = {column: written[name] for name, column in columns.items() if name in written}
        return PageQuery(filters, status, self.limit, self.after, self.newer, created_from, created_to)

    def page(self, rows: Sequence[Row]) -> Page[Row]:
        """The page out of up to `limit` + 1 rows that were read away from `after`."""
        return page(rows, self.limit, self.after, newer=self.newer, break_at=self._break_at)

    def answer(self, request: Request, page: Page[Any], data: list[dict[str, Any]]) -> Response:
        """The page, with its rows as they are shown."""
        origin = context_of(request).links.origin(request)
        body = {
            "data": data,
            "next_page_url": self._tokens.url(origin, page.older, self.limit, newer=False),
            "previous_page_url": self._tokens.url(origin, page.newer, self.limit, newer=True),
        }
        return json_answer(request, body)


def page(rows: Sequence[Row], limit: int, after: Position | None, *, newer: bool, break_at: int) -> Page[Row]:
    """The page out of up to `limit` + 1 rows read away from `after`; it does not cross `break_at` (CHARGE-004)."""
    here = rows[:limit]
    if here and (here[0].created_at >= break_at) != (here[-1].created_at >= break_at):
        here = [row for row in here if (row.created_at >= break_at) == (here[0].created_at >= break_at)]
    more = len(here) < len(rows)
    if not here:
        return _empty(after, newer=newer)
    first, last = (here[-1], here[0]) if newer else (here[0], here[-1])
    return Page(
        rows=here[::-1] if newer else here,
        older=Position(last.created_at, last.n) if newer or more else None,
        newer=Position(first.created_at, first.n) if (more if newer else after is not None) else None,
    )


def _empty(after: Position | None, *, newer: bool) -> Page[Row]:
    """A page without rows, because all rows beyond `after` have left the list; the link back includes `after`."""
    if after is None:
        return Page((), None, None)
    if newer:
        return Page((), Position(after.created_at, min(after.n + 1, _NUMBERS[-1])), None)
    return Page((), None, Position(after.created_at, max(after.n - 1, _NUMBERS[0])))


def _decoded(token: str) -> bytes:
    body = token.removeprefix(_PREFIX)
    if len(body) != _LENGTH or not token.startswith(_PREFIX) or not body.isascii():
        raise _invalid("Invalid page token.")
    try:
        raw = urlsafe_b64decode(body + "=")
    except (Base64Error, ValueError):
        raise _invalid("Invalid page token.") from None
    if urlsafe_b64encode(raw).decode().rstrip("=") != body:
        raise _invalid("Invalid page token.")
    return raw


def _invalid(message: str) -> ChargeError:
    return ChargeError(400, message, param="page")


@lru_cache(maxsize=4096)
def _fingerprint(path: str, filters: tuple[tuple[str, str], ...]) -> bytes:
    return blake2b(repr((path, filters)).encode(), digest_size=_FINGERPRINT).digest()


@lru_cache(maxsize=4096)
def _query(filters: tuple[tuple[str, str], ...]) -> str:
    return "".join(f"&{quote(name)}={quote(value)}" for name, value in filters)


@lru_cache(maxsize=1024)
def _key(seed: int) -> bytes:
    return secret(seed, "charge/page")
