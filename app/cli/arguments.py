"""Arguments and options that several commands take."""

import inspect
import math
from collections.abc import Callable
from typing import Annotated, Any

import typer

from ..client import ControlClient, UsageError
from ..client.address import filled
from ..client.calls import WORLD_NAME, check_name
from .errors import PROGRAM


def _world_name(name: str | None) -> str | None:
    """Refuses what is not a world's name, because it becomes a part of the URL's path."""
    return None if name is None else check_name(name)


def _name_prefix(prefix: str | None) -> str | None:
    """Refuses what no name of a world begins with; the beginning of a name has the form of a name."""
    if prefix == "":
        raise UsageError("--prefix must not be empty")
    if prefix is not None and not WORLD_NAME.fullmatch(prefix):
        raise UsageError(f"no world's name begins with {prefix!r}: use lower-case letters, digits and hyphens")
    return prefix


def _finite(number: float | None) -> float | None:
    if number is not None and not math.isfinite(number):
        raise UsageError(f"{number} is not a finite number")
    return number


def _server_option(*names: str, help: str, **more: Any) -> Any:  # noqa: A002, ANN401 - as typer.Option has them
    return typer.Option(*names, help=help, **more)


World = Annotated[str, typer.Argument(metavar="NAME", callback=_world_name, help="The world's name.")]
OneWorld = Annotated[str | None, typer.Argument(metavar="NAME", callback=_world_name, help="The world's name.")]
Prefix = Annotated[
    str | None, typer.Option(metavar="TEXT", callback=_name_prefix, help="The worlds whose names begin with this.")
]
OtherWorld = Annotated[
    str | None,
    typer.Option(metavar="NAME", callback=_world_name, help="Copy this world, with everything that happened in it."),
]
NewWorld = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME", callback=_world_name, help="The new world's name; the server chooses one by default."
    ),
]
Speed = Annotated[
    float | None,
    typer.Option(metavar="X", callback=_finite, help="How fast its clock runs: 0 stands still, 1 is real time."),
]
Lifetime = Annotated[
    str | None,
    typer.Option("--expires-in", metavar="DURATION", help="Delete the world after this real time, such as PT1H."),
]
Raw = Annotated[bool, _server_option("--json", help="Print the server's JSON unchanged.")]
Url = Annotated[
    str | None,
    _server_option(
        "--url",
        metavar="URL",
        envvar="WATTIF_URL",
        help="The server's address; by default http://127.0.0.1 with the port WATTIF_PORT, or 8000.",
    ),
]
_Token = Annotated[
    str | None,
    _server_option(
        "--token", metavar="TOKEN", envvar="WATTIF_ADMIN_TOKEN", help="The server's admin token, if it has one."
    ),
]
_Timeout = Annotated[
    float,
    _server_option(
        "--timeout",
        metavar="SECONDS",
        callback=_finite,
        min=0.001,
        max=86_400,
        help="How long to wait for the server.",
    ),
]


def examples(*calls: str) -> str:
    """The end of a command's help: calls to copy."""
    # Behind \b, the lines of a paragraph are printed as they are.
    return "\n".join(["\b", "Examples:", *(f"  {PROGRAM} {call}" for call in calls)])


def with_client(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options that name a server, and passes it a client of that server as its first argument.

    Typer reads the options from `__signature__`, so each command need not repeat them.
    """

    def call(*, url: Url = None, token: _Token = None, timeout: _Timeout = 60, **arguments: Any) -> None:  # noqa: ANN401 - the command's own
        with ControlClient(filled(url), token=filled(token), timeout_s=timeout) as client:
            command(client, **arguments)

    _, *own = inspect.signature(command).parameters.values()
    *server, _ = inspect.signature(call).parameters.values()
    call.__signature__ = inspect.Signature([*own, *server])  # type: ignore[attr-defined] # read by inspect.signature
    call.__name__, call.__doc__ = command.__name__, command.__doc__
    return call
