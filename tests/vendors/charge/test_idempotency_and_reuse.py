"""An `Idempotency-Key` that is in use in a deleted world is free in the world that has its rows."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.vendors.charge.changes import _running
from app.vendors.charge.errors import ChargeError


def _world(link_key: str) -> Any:  # noqa: ANN401 - stands in for WorldAccess
    return SimpleNamespace(world=SimpleNamespace(n=7, link_key=link_key))


def test_key_of_a_request_in_a_deleted_world_is_free() -> None:
    """Two worlds had the number 7, one after the other; a request in the first one is still running."""
    request: Any = SimpleNamespace(app=SimpleNamespace(state=SimpleNamespace(running_keys=set())))
    with _running(request, _world("first"), "one"):
        with _running(request, _world("second"), "one"):
            assert len(request.app.state.running_keys) == 2
        with pytest.raises(ChargeError), _running(request, _world("first"), "one"):
            pass
