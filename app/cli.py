"""The command line: `serve` starts a server, `health` asks one how it is."""

import sys
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from . import __version__

if TYPE_CHECKING:
    from .settings import Settings

_REFUSED: Final = 2

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


def main() -> None:
    """The command `wattif`, or `python -m app`."""
    app(prog_name="wattif")


def _version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if wanted:
        print(f"wattif {__version__}")  # noqa: T201 - the command's answer
        raise typer.Exit


@app.callback()
def wattif(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A sandbox that emulates EV-charging vendors' APIs over one simulated world with a simulated clock."""


@app.command()
def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on; default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one; default 8000.")] = None,
    database: Annotated[str | None, typer.Option(help="Database URL; default sqlite:///wattif.db.")] = None,
    scenario: Annotated[
        str | None, typer.Option(help="Scenario of the world default: a name or a YAML file; default town.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the world default; default the scenario's.")] = None,
    speed: Annotated[
        float | None, typer.Option(help="Speed of its clock: 0 is frozen, 1 real time; default the scenario's.")
    ] = None,
    start: Annotated[
        str | None, typer.Option(help="When it begins: now, or an RFC 3339 instant; default the scenario's.")
    ] = None,
    sessions: Annotated[
        int | None,
        typer.Option(help="Grow its town until it has at least so many sessions; default the scenario's own size."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew: set the SQLite file aside as *.old.")] = False,
) -> None:
    """Serve Charge, Cariqa and Podero, the control API and the docs, until interrupted."""
    given = {
        "host": host,
        "port": port,
        "database_url": database,
        "scenario": scenario,
        "seed": seed,
        "speed": speed,
        "start": start,
        "sessions": sessions,
        "fresh": fresh or None,
    }
    _serve(_settings({name: value for name, value in given.items() if value is not None}))


@app.command()
def health(
    url: Annotated[str | None, typer.Option(help="Server to ask; default this machine, WATTIF_PORT or 8000.")] = None,
) -> None:
    """Ask a running server how it is; exit 0 if it is well, 1 if not."""
    address = (url or f"127.0.0.1:{_settings({}).port}").removeprefix("http://").rstrip("/")
    try:
        connection = HTTPConnection(address, timeout=2)
        connection.request("GET", "/_sandbox/v1/health")
        well = connection.getresponse().status == 200  # noqa: PLR2004 - the one good answer
    except (OSError, HTTPException, ValueError) as error:
        print(f"no answer from {address}: {error}", file=sys.stderr)  # noqa: T201 - the command's answer
        raise typer.Exit(1) from None
    raise typer.Exit(0 if well else 1)


def _settings(given: dict[str, Any]) -> "Settings":
    from pydantic import ValidationError  # noqa: PLC0415 - --help and --version need none of it

    from .settings import Settings  # noqa: PLC0415 - the same

    try:
        return Settings(**given)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            _complain(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}")
        raise typer.Exit(_REFUSED) from None


def _serve(settings: "Settings") -> None:
    from .serving import run  # noqa: PLC0415 - --help and health start no server

    run(settings)


def _complain(message: str) -> None:
    print(f"wattif: {message}", file=sys.stderr)  # noqa: T201 - the command's answer
