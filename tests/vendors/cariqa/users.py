"""Calls with which tests read the sessions of a Cariqa user."""

from typing import Any, Final

import httpx2

from tests.conftest import Sandbox

LATER: Final = "2026-03-07T23:30:00.000Z"
"""Almost the end of what the town has planned."""

Body = dict[str, Any]


def token(sandbox: Sandbox, world: str = "default") -> dict[str, str]:
    """The header that opens a world."""
    return {"Authorization": f"Bearer {sandbox.world(world)['credentials']['cariqa']['token']}"}


def path(sandbox: Sandbox, world: str = "default") -> str:
    """The path of the sessions of a world's sample user."""
    return f"/api/v1/users/{sandbox.world(world)['credentials']['cariqa']['user_id']}/charging-sessions/"


def get(sandbox: Sandbox, url: str, *, world: str = "default") -> httpx2.Response:
    """The answer at a path or a link."""
    return sandbox.client.get(url, headers=token(sandbox, world), follow_redirects=False)


def every(sandbox: Sandbox, *, world: str = "default", at: str | None = None) -> list[Body]:
    """All sessions of a world's user, which are fewer than a page holds at most."""
    body: Body = sandbox.cariqa(world=world, at=at, page_size=100).json()
    assert body["next"] is None
    found: list[Body] = body["results"]
    return found


def one(sandbox: Sandbox, session: str, *, world: str = "default", at: str | None = None) -> Body:
    """A session by its id."""
    return next(found for found in every(sandbox, world=world, at=at) if found["id"] == session)
