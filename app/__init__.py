"""Wattif: a sandbox that emulates EV-charging vendors' APIs over one simulated world with a simulated clock.

    main : server : cli : testing          put a server together, run it, call it from the command line and in tests
    client                                 calls the control API of a running server
    vendors | control | dashboard | files  HTTP APIs, pages and files
    web                                    what they share: routing, access to a world, bodies, errors
    worlds                                 the life of a world: create, fork, reset, delete, export, import
    operations | archive | generate        what a caller may do in a world; a world as a file; a drawn population
    scenario                               scenario files
    store                                  SQL, and only here
    domain | settings | wall_clock | data_files
                                           rules without I/O; settings; the wall clock and chance; data files

Each layer imports only those below it. Packages between `|` do not import one another, nor do vendors. `make lint`
checks this.

In tests and scripts, `with wattif.world() as world:` makes a private world; see `wattif.testing`. For calls of the
control API there is `wattif.client`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .testing.private import world

__all__ = ["__version__", "world"]

__version__ = "0.7.0"


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the type is that under TYPE_CHECKING
    """Imports `world` when it is asked for, so that `import wattif` stays light."""
    if name != "world":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(".testing.private", __name__).world
