"""The command line: `serve` starts a server, the other commands call one that is running."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from .. import __version__
from ..client import ControlClient, ControlError, UsageError, calls
from ..client.address import filled
from ..data_files import OPENAPI
from .arguments import Raw, Url, examples
from .commands import commands
from .errors import PROGRAM, OutputError, advice, exit_code
from .fast_imports import import_frameworks
from .for_tests import served_for_tests
from .output import complain, say, write
from .serve_help import ServeCommand

if TYPE_CHECKING:
    from ..settings import Settings

_BAD_SETTINGS_EXIT: Final = 2
_HEALTH_TIMEOUT_S: Final = 2

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    # Without frames, texts have the whole width, and options without a value are shown without one.
    rich_markup_mode=None,
    epilog=examples("serve --port 9000", "worlds create mine", "clock mine --by PT8H", "serve --help")
    + "\n\n"
    + "Environment variables, also as lines of a file .env: WATTIF_URL is the address of the server that commands "
    "call, WATTIF_ADMIN_TOKEN its admin token. `serve --help` lists those of a server.",
)


def main() -> None:
    """Runs the command line of `wattif`, or of `python -m app` in a checkout."""
    try:
        _load_dotenv()
        app(prog_name=PROGRAM)
    except (ControlError, OutputError) as error:
        complain(f"{error}{advice(error)}")
        raise SystemExit(exit_code(error)) from None


def _load_dotenv() -> None:
    """Copies Wattif's variables from `.env` into the environment, so that every command uses what `serve` uses.

    A variable that is empty or blank counts as unset, in the environment and in the file.
    """
    if not Path(".env").is_file():
        return
    from dotenv import dotenv_values  # noqa: PLC0415 - few folders have a .env

    try:
        values = dotenv_values(".env", encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise UsageError(f".env cannot be read: {error}") from None
    for name, value in values.items():
        if name.upper().startswith("WATTIF_") and filled(value) and not filled(os.environ.get(name)):
            os.environ[name] = value or ""


def _print_version(is_wanted: bool) -> None:  # noqa: FBT001 - Typer calls it with the flag
    if is_wanted:
        say(f"wattif {__version__}")
        raise typer.Exit


@app.callback()
def wattif(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A sandbox that emulates EV-charging vendors' APIs over one simulated world with a simulated clock."""


@app.command(
    cls=ServeCommand,
    short_help="Serve the APIs and the docs until interrupted.",
    epilog=examples(
        "serve",
        "serve --port 9000 --database sqlite:///other.db",
        "serve --scenario village --speed 0 --fresh",
        "serve --database postgresql+psycopg:///wattif",
        "serve --for-tests --port 0",
    ),
)
def serve(
    *,
    host: Annotated[str | None, typer.Option(metavar="HOST", help="Address to listen on; default 127.0.0.1.")] = None,
    port: Annotated[
        str | None, typer.Option(metavar="PORT", help="Port to listen on; 0 takes a free one; default 8000.")
    ] = None,
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="Database URL; default sqlite:///wattif.db.")
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help="Scenario of the world default: a name or a YAML file; default town."),
    ] = None,
    seed: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Seed of the world default; default the scenario's.")
    ] = None,
    speed: Annotated[
        str | None,
        typer.Option(metavar="X", help="Speed of its clock: 0 is frozen, 1 real time; default the scenario's."),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(metavar="INSTANT", help="When it begins: now, or an RFC 3339 instant; default the scenario's."),
    ] = None,
    sessions: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER",
            help="Scale its scenario up to at least this number of sessions; default the scenario's own.",
        ),
    ] = None,
    log: Annotated[
        str | None,
        typer.Option(
            metavar="off|refusals|all",
            help="Requests to log on stderr, refusals with their reasons; default all on a terminal, else refusals.",
        ),
    ] = None,
    log_format: Annotated[
        str | None, typer.Option(metavar="text|json", help="Form of those lines; default text.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start with an empty database; the old SQLite file is renamed to *.old.")
    ] = False,
    for_tests: Annotated[
        bool,
        typer.Option(
            "--for-tests",
            help="Use a temporary database, make default of the scenario empty, and stop at the end of stdin.",
        ),
    ] = False,
) -> None:
    """Serve the vendors' APIs, the control API and the docs until interrupted."""
    # Numbers are read by the settings, so that an option and a variable are refused, or left out as empty, alike.
    given = {
        "host": host,
        "port": port,
        "database_url": database,
        "scenario": scenario,
        "seed": seed,
        "speed": speed,
        "start": start,
        "sessions": sessions,
        "log": log,
        "log_format": log_format,
        "fresh": fresh or None,
    }
    if for_tests and (filled(database) or fresh):
        raise UsageError("--for-tests takes neither --database nor --fresh: it has a temporary database of its own")
    own: AbstractContextManager[dict[str, Any]] = served_for_tests() if for_tests else nullcontext({})
    with _stopped_by_ctrl_c(), own as defaults:
        import_frameworks()
        settings = _settings(defaults | {name: value for name, value in given.items() if value is not None})
        from ..server import run  # noqa: PLC0415 - --help and health start no server

        run(settings, sets_speed=filled(speed) is not None, for_tests=for_tests)


@contextmanager
def _stopped_by_ctrl_c() -> Iterator[None]:
    """Ends the block quietly when the user stops it: a server that is asked to stop has not failed.

    With another exit code than 0, `make run` would print an error.
    """
    try:
        yield
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            print(file=sys.stderr)  # noqa: T201 - ends the line on which the terminal shows ^C


@app.command(short_help="Print ok if a server runs.", epilog=examples("health", "health --url http://127.0.0.1:9000"))
def health(url: Url = None, *, raw: Raw = False) -> None:
    """Check a running server: print ok and exit with 0 if it answers; say why and exit with 1 if not."""
    try:
        with ControlClient(filled(url), timeout_s=_HEALTH_TIMEOUT_S) as client:
            answer = client.send(calls.health())
    except ControlError as error:
        complain(f"{error}{advice(error)}")
        raise typer.Exit(1) from None
    write(answer.raw.strip() + b"\n" if raw else b"ok\n")


@app.command(
    short_help="Print an OpenAPI contract.", epilog=examples("openapi", "openapi sandbox", "openapi sandbox --json")
)
def openapi(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="The name of a vendor, or sandbox; without one, the names are listed."),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of YAML.")] = False,
) -> None:
    """Print an OpenAPI contract, without a server: that of a vendor's API, or that of the control API."""
    names = sorted(file.stem for file in OPENAPI.glob("*.yaml"))
    if name is None:
        say("\n".join(names))
        return
    if name not in names:
        raise UsageError(f"there is no contract {name!r}; there are {', '.join(names)}")
    if as_json:
        from ..web import openapi as contracts  # noqa: PLC0415 - the other commands read no YAML

        write(f"{json.dumps(contracts.contract(name), indent=2, ensure_ascii=False)}\n".encode())
    else:
        write((OPENAPI / f"{name}.yaml").read_bytes())


@app.command(
    short_help="Print what is emulated, and how well it is known.", epilog=examples("fidelity", "fidelity --json")
)
def fidelity(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of Markdown.")] = False
) -> None:
    """Print every operation that the vendors document, without a server: whether it is served, and how well known."""
    from ..main import VENDORS  # noqa: PLC0415 - the other commands read no contract
    from ..web import documented  # noqa: PLC0415 - the same

    if as_json:
        shown = {"vendors": documented.listing(VENDORS)}
        write(f"{json.dumps(shown, indent=2, ensure_ascii=False)}\n".encode())
    else:
        write(documented.markdown(VENDORS).encode())


@app.command(
    "check-scenario",
    short_help="List the faults of a scenario file.",
    epilog=examples("check-scenario scenarios/mine.yaml", "check-scenario --schema"),
)
def check_scenario(
    file: Annotated[str | None, typer.Argument(metavar="FILE", help="A scenario file of your own, in YAML.")] = None,
    *,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of scenarios, for editors.")] = False,
) -> None:
    """List the faults of a scenario file with their lines, without a server; exit 1 if there are any."""
    if schema == (file is not None):
        raise UsageError("check-scenario takes either a FILE or --schema")
    from ..main import VENDORS  # noqa: PLC0415 - the other commands read no scenario
    from ..scenario import language, scenarios  # noqa: PLC0415 - the same

    folder = _settings({}).scenarios
    if file is None:
        say(json.dumps(language.schema(VENDORS), indent=2))
    elif faults := scenarios.check(file, VENDORS, folder):
        say("\n".join(faults))
        raise typer.Exit(1)
    else:
        say(f"{file} is valid: {scenarios.read(file, VENDORS, folder).scenario.about}")


app.add_typer(commands)


def _settings(given: dict[str, Any]) -> "Settings":
    from pydantic import ValidationError  # noqa: PLC0415 - --help and --version need no settings

    from ..main import ServerSettings  # noqa: PLC0415 - the same
    from ..settings import faults  # noqa: PLC0415 - the same

    try:
        return ServerSettings(**given)
    except ValidationError as error:
        for fault in faults(error):
            complain(fault)
        raise typer.Exit(_BAD_SETTINGS_EXIT) from None
