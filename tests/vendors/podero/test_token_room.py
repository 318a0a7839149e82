"""A world keeps a limited number of issued tokens, the newest ones, and always its ready-made one."""

import pytest

from app.operations import access_tokens
from tests.conftest import Sandbox, podero_path

SPAN = {"from": "2026-03-01", "to": "2026-03-04"}


def test_world_keeps_its_newest_tokens_and_its_ready_made_one(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of five tokens under a limit of three, three work, the newest among them, and so does the ready-made one."""
    monkeypatch.setattr(access_tokens, "_MOST_TOKENS", 3)
    keys = sandbox.world()["credentials"]["podero"]
    client = (keys["client_id"], keys["client_secret"])
    grant = {"grant_type": "client_credentials"}
    tokens = [sandbox.client.post("/oauth2/token/", json=grant, auth=client).json()["access_token"] for _ in range(5)]

    def works(token: str) -> bool:
        headers = {"Authorization": f"Bearer {token}"}
        return sandbox.client.get(podero_path(keys), params=SPAN, headers=headers).status_code == 200

    assert sum(works(token) for token in tokens) == 3
    assert works(tokens[-1])
    assert works(keys["token"])
