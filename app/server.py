"""Runs a server: opens the socket and the database, makes the worlds with a progress bar, and starts uvicorn."""

import asyncio
import gc
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal

import orjson
import uvicorn

from . import __version__
from .domain.clock import NEVER, SECOND, millis
from .main import create_app, prepare
from .scenario.files import BadScenarioError
from .settings import Settings
from .store import credentials, worlds
from .store.database.protocol import DatabaseUnavailableError, Transaction, UnsupportedDatabaseError
from .store.database.sqlite import set_aside
from .store.database.url import open_database
from .store.schema import version
from .store.schema.version import ForeignDatabaseError, UnknownSchemaError
from .wall_clock import ticks, wall_now
from .web.app_context import AppContext
from .worlds.lifecycle import DEFAULT
from .worlds.startup import OtherDatabaseError
from .worlds.vendor import Vendors

_REFUSED_EXIT: Final = 2
_SHUTDOWN_TIMEOUT_S: Final = 2
_PROGRESS_LINE_EVERY: Final = 5 * SECOND
_LOOP: Final[Literal["uvloop", "asyncio"]] = "asyncio" if sys.platform == "win32" else "uvloop"


def run(settings: Settings) -> None:
    """Serves until interrupted. A server that cannot start prints one line, and exits with 2."""
    listening = None
    gc.freeze()
    gc.enable()
    # One event loop makes the worlds and serves, because the database's lock belongs to the loop that first used it.
    with asyncio.Runner(loop_factory=uvicorn.Config("", loop=_LOOP).get_loop_factory()) as runner:
        try:
            listening = _listen(settings.host, settings.port)
            if settings.fresh:
                _rename_file(settings)
            app = create_app(settings)
            runner.run(prepare(app, settings, Progress()))
        except (
            BadScenarioError,
            ForeignDatabaseError,
            OtherDatabaseError,
            DatabaseUnavailableError,
            UnsupportedDatabaseError,
            OSError,
            ValueError,
        ) as error:
            hint = _hint(settings, error)
            if listening is not None:
                listening.close()
            print(f"wattif: {error}{hint}", file=sys.stderr)  # noqa: T201 - the command's output
            raise SystemExit(_REFUSED_EXIT) from None
        gc.collect()
        gc.freeze()
        config = uvicorn.Config(
            app,
            loop=_LOOP,
            http="httptools",
            ws="none",
            access_log=False,
            log_level="warning",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_SHUTDOWN_TIMEOUT_S,
        )
        server = Server(config, app.state.context, _url(settings.host, listening))
        runner.run(server.serve(sockets=[listening]))


def _hint(settings: Settings, error: Exception) -> str:
    """What to do about a database that cannot be used."""
    if isinstance(error, OtherDatabaseError) and settings.database_file is not None:
        return "; --fresh starts an empty one"
    is_about_database = isinstance(error, OtherDatabaseError | ForeignDatabaseError | DatabaseUnavailableError)
    return "; choose another with --database" if is_about_database else ""


class Server(uvicorn.Server):
    """A uvicorn server that prints its address and the world `default` when it is ready."""

    def __init__(self, config: uvicorn.Config, context: AppContext, url: str) -> None:
        super().__init__(config)
        self._context = context
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.should_exit:
            return
        banner = await self._context.directory.database.ask(
            lambda db: _banner(db, self._context.worlds.vendors, self._url)
        )
        print(f"{banner}\nWattif is ready on {self._url}", flush=True)  # noqa: T201 - the command's output


class Progress:
    """Shows how far the creation of `default` is: a bar on a terminal, else a line every few seconds."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._began = self._printed = ticks()

    def __call__(self, done: int, total: int, sessions: int) -> None:
        if self._bar is None:
            from rich.progress import Progress as Bar  # noqa: PLC0415 - only a new world takes long enough

            self._bar = Bar(transient=True)
            self._days = self._bar.add_task("", total=total)
            if self._bar.console.is_terminal:
                self._bar.start()
            else:
                print("Creating the world default.", flush=True)  # noqa: T201 - the command's output
        at = ticks()
        rate = sessions * SECOND // max(1, at - self._began)
        so_far = f"Creating the world default: {sessions:,} sessions, {rate:,} a second"
        self._bar.update(self._days, completed=done, description=so_far)
        if not self._bar.console.is_terminal and at - self._printed > _PROGRESS_LINE_EVERY and done < total:
            self._printed = at
            left = (at - self._began) * (total - done) // done // SECOND
            print(f"{so_far}, about {left} s to go.", flush=True)  # noqa: T201 - the command's output
        if done >= total:
            self._bar.stop()


def _listen(host: str, port: int) -> socket.socket:
    """The socket to serve on. It is bound first, so that a port in use stops the start before any work."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error
        raise OSError(f"cannot listen on {host}:{port}: {reason}; --port chooses another port") from error


def _url(host: str, listening: socket.socket) -> str:
    port = listening.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _rename_file(settings: Settings) -> None:
    """Renames the SQLite file, because a fresh one is asked for. Raises ValueError or ForeignDatabaseError.

    A PostgreSQL database may be shared, so nothing in it is changed.
    """
    file = settings.database_file
    if file is None:
        raise ValueError("--fresh renames a SQLite file; on PostgreSQL, choose an empty database with --database")
    if file.exists():
        with suppress(UnknownSchemaError):
            asyncio.run(_check_schema(settings.database_url))
        print(f"{file} was renamed to {set_aside(file)}: --fresh was given.", flush=True)  # noqa: T201 - the output


async def _check_schema(url: str) -> None:
    """Raises ForeignDatabaseError or UnknownSchemaError for a database that this version cannot use."""
    database = open_database(url)
    try:
        await database.ask(version.schema_number)
    finally:
        database.close()


def _banner(db: Transaction, vendors: Vendors, url: str) -> str:
    """The world `default` with its keys, the addresses of the APIs, and example calls to copy."""
    world = worlds.named(db, DEFAULT)
    if world is None:
        return ""
    origin = url.replace("0.0.0.0", "localhost").replace("[::]", "localhost")  # noqa: S104 - not a binding
    keys = {each.vendor: each.key for each in credentials.credentials(db, world.n) if each.expires_at == NEVER}
    sample = orjson.loads(world.sample)
    made_from = f"scenario {Path(world.scenario).stem}, seed {world.seed}"
    time = f"{millis(world.clock.at(wall_now()))} at speed {world.clock.speed:g}"
    lines = [f"Wattif {__version__}: world {world.name}, {made_from}, {time}."]
    calls: list[str] = []
    for vendor in vendors:
        term, key = vendor.main_key, keys[vendor.main_key.kind]
        lines.append(f"  {vendor.title:<8} {origin}{vendor.mounts[0].path:<23} {term.label or '':<5} {key}")
        calls += vendor.example_calls(origin, key, sample[vendor.name])
    lines += [
        f"  Control  {origin}{'/_sandbox/v1/worlds':<23} all worlds with their keys and sample ids",
        f"  Docs     {origin}/docs",
    ]
    return "\n".join([*lines, "", *calls, ""])
