"""The descriptor of a vendor: all that the rest of Wattif knows of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Mount:
    """An application at a path. `application` makes it from the AppContext, and imports what it needs only then."""

    path: str
    name: str
    application: Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A vendor. Its module imports neither a web framework nor a database, so that commands start fast."""

    name: str
    title: str
    mounts: tuple[Mount, ...] = ()
