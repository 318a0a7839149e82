"""What tests need: the pytest plugin, and worlds with ready-made clients of the vendors' APIs.

    def test_a_session_settles(wattif):
        started = wattif.charge.post("/charging_sessions", json={...})
        wattif.advance(until=(started.json()["id"], "settled"))

Without pytest, `world` gives the same:

    with world(scenario="village") as sandbox:
        sandbox.charge.get("/charging_sessions")

The modules are imported when they are first asked for, because pytest loads this package in every run.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .async_world import AsyncWorld
    from .making import WorldFactory
    from .private import world
    from .sandbox_world import SandboxWorld
    from .servers import ServerDidNotStartError, TestServer

__all__ = ["AsyncWorld", "SandboxWorld", "ServerDidNotStartError", "TestServer", "WorldFactory", "world"]

_MODULES: Final = {
    "AsyncWorld": "async_world",
    "SandboxWorld": "sandbox_world",
    "ServerDidNotStartError": "servers",
    "TestServer": "servers",
    "WorldFactory": "making",
    "world": "private",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the types are those under TYPE_CHECKING
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)
