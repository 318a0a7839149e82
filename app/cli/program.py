"""The command line: `serve` starts a server, the other commands steer one that runs."""

import gc
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from .. import __version__
from ..client.errors import FailedError, MisusedError
from ..client.http import Server, here
from .commands import Url, commands
from .output import complain, say

if TYPE_CHECKING:
    from ..settings import Settings

_REFUSED: Final = 2
_PROBE_S: Final = 2

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)


def main() -> None:
    """The command `wattif`, or `python -m app`."""
    try:
        _read_dotenv()
        app(prog_name="wattif")
    except FailedError as error:
        complain(str(error))
        raise SystemExit(error.exit_code) from None


def _read_dotenv() -> None:
    """Lets the environment say what `.env` says of Wattif, so that every command goes by the same as `serve`."""
    if not Path(".env").is_file():
        return
    from dotenv import dotenv_values  # noqa: PLC0415 - seldom needed

    try:
        written = dotenv_values(".env")
    except (OSError, ValueError) as error:
        raise MisusedError(f".env cannot be read: {error}") from None
    for name, value in written.items():
        if name.upper().startswith("WATTIF_") and value is not None:
            os.environ.setdefault(name, value)


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
def health(url: Url = None) -> None:
    """Ask a running server how it is; exit 0 if it is well, 1 if not."""
    try:
        Server(url or here(), patience_s=_PROBE_S).ask("GET", "/health")
    except FailedError as error:
        complain(str(error))
        raise typer.Exit(1) from None


@app.command("check-scenario")
def check_scenario(
    file: Annotated[str | None, typer.Argument(help="A scenario of your own, in YAML.")] = None,
    *,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of scenarios, for editors.")] = False,
) -> None:
    """Tell what is wrong with a scenario file, line by line; no server is needed. Exit 1 if it is bad."""
    if schema == (file is not None):
        raise MisusedError("check-scenario takes either a FILE or --schema")
    from ..main import VENDORS  # noqa: PLC0415 - the other commands make no world
    from ..scenario import language, scenarios  # noqa: PLC0415 - the same
    from ..worlds.vendor import terms_of  # noqa: PLC0415 - the same

    folder, terms = _settings({}).scenarios, terms_of(VENDORS)

    if file is None:
        say(json.dumps(language.schema(terms), indent=2))
    elif faults := scenarios.check(file, terms, folder):
        say("\n".join(faults))
        raise typer.Exit(1)
    else:
        say(f"{file} is good: {scenarios.read(file, terms, folder).scenario.about}")


app.add_typer(commands)


def _settings(given: dict[str, Any]) -> "Settings":
    from pydantic import ValidationError  # noqa: PLC0415 - --help and --version need none of it

    from ..settings import Settings  # noqa: PLC0415 - the same

    try:
        return Settings(**given)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            complain(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}")
        raise typer.Exit(_REFUSED) from None


def _serve(settings: "Settings") -> None:
    gc.disable()  # what is loaded stays: to look through it for garbage meanwhile takes a tenth of the start
    from ..server import run  # noqa: PLC0415 - --help and health start no server

    run(settings)
