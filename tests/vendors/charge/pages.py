"""Calls with which tests read Charge's lists page by page, by their links."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from tests.conftest import Sandbox

SESSIONS: Final = "/v1/charging_sessions"
RESERVATIONS: Final = "/v1/reservations"
LATER: Final = "2026-03-07T23:30:00.000Z"
"""Near the end of the planned sessions, which have shown every status by then."""

Row = dict[str, Any]
_ORDER: Final = ("charging_station", "connector", "driver", "payment_method", "vehicle")


def order(sandbox: Sandbox, world: str = "default") -> dict[str, Any]:
    """The body of a POST that starts a session, with the world's sample ids."""
    sample = sandbox.opened(world)["sample"]["charge"]
    return {name: sample[name] for name in _ORDER}


def page(sandbox: Sandbox, url: str, *, world: str = "default", at: str | None = None) -> Row:
    """The page at a path or a link."""
    return _page(sandbox, url, _headers(sandbox, world, at))


def pages(
    sandbox: Sandbox,
    url: str,
    link: str = "next_page_url",
    *,
    world: str = "default",
    at: str | None = None,
    meanwhile: Callable[[], object] | None = None,
) -> list[Row]:
    """The page at the URL and all that its links lead to; `meanwhile` happens between two of them."""
    headers = _headers(sandbox, world, at)
    found = [_page(sandbox, url, headers)]
    while found[-1][link] is not None and len(found) < 1000:
        if meanwhile is not None:
            meanwhile()
        found.append(_page(sandbox, found[-1][link], headers))
    return found


def rows(found: Iterable[Row]) -> list[Row]:
    """All rows of some pages."""
    return [row for each in found for row in each["data"]]


def every(sandbox: Sandbox, url: str = SESSIONS, *, world: str = "default", at: str | None = None) -> list[Row]:
    """Every row of a list, newest first."""
    more = "&" if "?" in url else "?"
    return rows(pages(sandbox, f"{url}{more}limit=100", world=world, at=at))


def ids(found: Iterable[Row]) -> list[str]:
    return [row["id"] for row in found]


def retrieve(sandbox: Sandbox, session: str, *, at: str | None = None) -> Row:
    """A session by its id."""
    return page(sandbox, f"{SESSIONS}/{session}", at=at)


def _page(sandbox: Sandbox, url: str, headers: dict[str, str]) -> Row:
    answer = sandbox.client.get(url, headers=headers)
    assert answer.status_code == 200, answer.text
    body: Row = answer.json()
    return body


def _headers(sandbox: Sandbox, world: str, at: str | None) -> dict[str, str]:
    return sandbox.charge_key(world) | ({} if at is None else {"X-Sandbox-At": at})
