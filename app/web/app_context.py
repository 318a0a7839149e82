"""The objects that all APIs of a server share: worlds, links, limits, and counters of requests."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.requests import Request

from ..worlds.directory import WorldDirectory
from ..worlds.lifecycle import Worlds
from .likely_paths import LikelyPaths
from .links import Links
from .request_counters import RequestCounter


@dataclass(slots=True, kw_only=True)
class AppContext:
    """Made once by `create_app`, and reached from a request with `context_of`.

    `directory` opens worlds, `worlds` creates and removes them. `allowed_hosts`, `allowed_origins` and `admin_token`
    protect the control API. A request's body may have `body_bytes` bytes, an imported world `import_bytes`. `paths`
    finds the path that a caller probably meant. `request_counters` has a counter for each mounted API, by the name of
    its mount. `ready` is true once the worlds of every server are there, and `stopping` once requests that are not
    finished are cancelled because the server stops.
    """

    directory: WorldDirectory
    worlds: Worlds
    links: Links
    allowed_hosts: Sequence[str]
    allowed_origins: Sequence[str]
    admin_token: bytes | None = field(repr=False)
    body_bytes: int
    import_bytes: int
    paths: LikelyPaths
    request_counters: dict[str, RequestCounter] = field(default_factory=dict)
    ready: bool = False
    stopping: bool = False


def context_of(request: Request) -> AppContext:
    """The context of the server that got the request."""
    context: AppContext = request.app.state.context
    return context
