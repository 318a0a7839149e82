"""The commands that steer a running server. Each asks it one thing, and says what it has answered."""

import math
import re
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import typer
from typer.core import TyperGroup

from ..client.errors import MisusedError, NoAnswerError
from ..client.http import Answer, Server, here
from . import messages
from .files import is_stream, reading, saved
from .output import put, say

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class _Listing(TyperGroup):
    """A group of commands that lists where no command of it is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Typer's own kind of context is private
        named = args and (args[0] == "--help" or not args[0].startswith("-"))
        return super().parse_args(ctx, args if named else ["list", *args])


def _checked(name: str | None) -> str | None:
    """A world's name, which becomes a part of an address."""
    if name is not None and not _NAME.fullmatch(name):
        raise MisusedError(f"{name!r} is no name of a world: 1 to 63 small letters, digits and hyphens")
    return name


def _finite(number: float | None) -> float | None:
    if number is not None and not math.isfinite(number):
        raise MisusedError(f"{number} is no number to count with")
    return number


def _server_option(*names: str, told: str, **more: Any) -> Any:  # noqa: ANN401 - as Typer has it
    return typer.Option(*names, help=told, rich_help_panel="Server", **more)


World = Annotated[str, typer.Argument(callback=_checked, help="The world's name.")]
NewWorld = Annotated[str | None, typer.Argument(callback=_checked, help="Its name; one is made up if there is none.")]
Speed = Annotated[
    float | None,
    typer.Option(metavar="X", callback=_finite, help="How fast its clock runs: 0 stands still, 1 is real time."),
]
Lifetime = Annotated[
    str | None,
    typer.Option("--expires-in", metavar="DURATION", help="Delete it after so much real time, such as PT1H."),
]
Url = Annotated[
    str | None,
    _server_option(
        "--url", envvar="WATTIF_URL", told="Its address; default http://127.0.0.1 with WATTIF_PORT, or 8000."
    ),
]
Token = Annotated[
    str | None, _server_option("--token", envvar="WATTIF_ADMIN_TOKEN", told="The token it asks for, if it does.")
]
Patience = Annotated[
    float,
    _server_option(
        "--timeout", metavar="SECONDS", callback=_finite, min=0.001, max=86_400, told="How long to wait for it."
    ),
]
Raw = Annotated[bool, _server_option("--json", told="Print its JSON as it comes.")]

commands = typer.Typer()
_worlds = typer.Typer(cls=_Listing, help="List, show, make, reset and delete worlds.")
commands.add_typer(_worlds, name="worlds")


@_worlds.command("list")
def list_worlds(*, url: Url = None, token: Token = None, timeout: Patience = 60, raw: Raw = False) -> None:
    """List the worlds; `worlds` alone does the same."""
    _tell(_server(url, token, timeout).ask("GET", "/worlds"), messages.worlds, raw=raw)


@_worlds.command("show")
def show_world(name: World, *, url: Url = None, token: Token = None, timeout: Patience = 60, raw: Raw = False) -> None:
    """Show a world: its clock, its keys, ids to begin with, and calls to copy."""
    server = _server(url, token, timeout)
    _tell(server.ask("GET", f"/worlds/{name}"), messages.world(server.url), raw=raw)


@_worlds.command("create")
def create_world(
    name: NewWorld = None,
    *,
    scenario: Annotated[
        str | None, typer.Option(help="What it is made from: a name, or a YAML file of the server's; default village.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Same scenario, seed and start: same answers.")] = None,
    at: Annotated[str | None, typer.Option(help="When it begins: now, or an RFC 3339 instant.")] = None,
    speed: Speed = None,
    fork: Annotated[
        str | None,
        typer.Option(metavar="NAME", callback=_checked, help="Copy this world, with all that has happened in it."),
    ] = None,
    expires_in: Lifetime = None,
    url: Url = None,
    token: Token = None,
    timeout: Patience = 60,
    raw: Raw = False,
) -> None:
    """Make a world of its own, with its own keys and its own clock."""
    clock = _given(at=at, speed=speed)
    body = _given(name=name, scenario=scenario, seed=seed, clock=clock or None, fork=fork, expires_in=expires_in)
    server = _server(url, token, timeout)
    _tell(server.ask("POST", "/worlds", body), messages.world(server.url), raw=raw)


@_worlds.command("reset")
def reset_world(name: World, *, url: Url = None, token: Token = None, timeout: Patience = 60, raw: Raw = False) -> None:
    """Put a world back to its beginning, under the same keys."""
    server = _server(url, token, timeout)
    _tell(server.ask("POST", f"/worlds/{name}/reset"), messages.world(server.url), raw=raw)


@_worlds.command("delete")
def delete_world(
    name: World, *, url: Url = None, token: Token = None, timeout: Patience = 60, raw: Raw = False
) -> None:
    """Delete a world; with --json nothing is printed, as the server says nothing."""
    _tell(_server(url, token, timeout).ask("DELETE", f"/worlds/{name}"), lambda _: messages.gone(name), raw=raw)


@commands.command()
def clock(
    name: World,
    *,
    speed: Speed = None,
    by: Annotated[str | None, typer.Option(metavar="DURATION", help="Go on by an ISO 8601 duration: PT8H.")] = None,
    to: Annotated[str | None, typer.Option(metavar="INSTANT", help="Go on to an RFC 3339 instant.")] = None,
    until: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="ID STATUS", help="Go on until a session or reservation has a status: completed."),
    ] = None,
    url: Url = None,
    token: Token = None,
    timeout: Patience = 60,
    raw: Raw = False,
) -> None:
    """Read a world's clock, pace it, or move it forward and see what happens meanwhile."""
    goal = _given(by=by, to=to, until=until and {"id": until[0], "status": until[1]})
    if len(goal) + (speed is not None) > 1:
        raise MisusedError("--speed, --by, --to and --until are one at a time")
    server, path = _server(url, token, timeout), f"/worlds/{name}/clock"
    if goal:
        _tell(server.ask("POST", f"{path}/advance", goal), messages.leap(name), raw=raw)
    elif speed is not None:
        _tell(server.ask("PATCH", path, {"speed": speed}), messages.clock(name), raw=raw)
    else:
        _tell(server.ask("GET", path), messages.clock(name), raw=raw)


@commands.command()
def simulate(
    name: World,
    event: Annotated[str | None, typer.Argument(help="What happens; all are listed if none is named.")] = None,
    subject: Annotated[str | None, typer.Argument(metavar="ID", help="To whom or what it happens.")] = None,
    *,
    at: Annotated[str | None, typer.Option(help="When: +PT10M from now, or an RFC 3339 instant; default now.")] = None,
    lasts: Annotated[str | None, typer.Option("--for", metavar="DURATION", help="How long it lasts: PT30M.")] = None,
    url: Url = None,
    token: Token = None,
    timeout: Patience = 60,
    raw: Raw = False,
) -> None:
    """Let something happen in a world rather than through an API, or list what can."""
    body = _given(event=event, id=subject, at=at) | _given(**{"for": lasts})
    if body and (event is None or subject is None):
        raise MisusedError(f"an event needs an ID; `simulate {name}` lists the events with what they need")
    server, path = _server(url, token, timeout), f"/worlds/{name}/simulate"
    if body:
        _tell(server.ask("POST", path, body), messages.event, raw=raw)
    else:
        _tell(server.ask("GET", path), messages.events(name), raw=raw)


@commands.command("export")
def export_world(
    name: World,
    file: Annotated[Path | None, typer.Argument(help="Where to; default stdout.")] = None,
    *,
    url: Url = None,
    token: Token = None,
    timeout: Patience = 60,
) -> None:
    """Write a whole world to a file of JSON, or to stdout."""
    server = _server(url, token, timeout)
    with saved(file) as keep:
        size = server.fetch(f"/worlds/{name}/export", keep)
    if not is_stream(file):
        say(f"World {name} is in {file}: {size:,} bytes.")


@commands.command("import")
def import_world(
    file: Annotated[Path, typer.Argument(help="A file that `export` has written; - is stdin.")],
    name: NewWorld = None,
    *,
    expires_in: Lifetime = None,
    url: Url = None,
    token: Token = None,
    timeout: Patience = 60,
    raw: Raw = False,
) -> None:
    """Make a world from a file that `export` has written; its keys are new."""
    query = urlencode(_given(name=name, expires_in=expires_in), errors="replace")
    server = _server(url, token, timeout)
    answer = server.ask("POST", f"/worlds/import{query and f'?{query}'}", reading(file))
    _tell(answer, messages.world(server.url), raw=raw)


def _server(url: str | None, token: str | None, patience_s: float) -> Server:
    return Server(url or here(), token=token or None, patience_s=patience_s)


def _given(**values: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON takes
    return {name: value for name, value in values.items() if value is not None}


def _tell(answer: Answer, told: messages.Words, *, raw: bool) -> None:
    if raw:
        put(answer.raw.strip() + b"\n" if answer.raw else b"")
        return
    try:
        text = told(answer.body)
    except (LookupError, TypeError, ValueError, AttributeError):
        raise NoAnswerError(
            "the server's answer is not understood: is it of another version? --json prints it"
        ) from None
    say(text)
