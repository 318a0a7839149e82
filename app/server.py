"""Running a server: way is made for the database, the worlds are made with a progress bar, and uvicorn serves them."""

import asyncio
import gc
import os
import socket
import sys
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote

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
from .store.world import Credential, World
from .wall_clock import wall_now
from .web.app_context import AppContext
from .worlds.lifecycle import DEFAULT
from .worlds.startup import OtherDatabaseError

_REFUSED: Final = 2
_GRACE_S: Final = 2
_TELLS_EVERY: Final = 5 * SECOND
_LOOP: Final[Literal["uvloop", "asyncio"]] = "asyncio" if sys.platform == "win32" else "uvloop"


def run(settings: Settings) -> None:
    """Serves until interrupted. Whatever cannot be started is explained in one line, with exit code 2."""
    listening = None
    gc.freeze()
    gc.enable()
    # One loop for both, because the database's queue of writers belongs to the loop it was first waited in.
    with asyncio.Runner(loop_factory=uvicorn.Config("", loop=_LOOP).get_loop_factory()) as runner:
        try:
            listening = _listen(settings.host, settings.port)
            _make_way(settings)
            app = create_app(settings)
            runner.run(prepare(app, settings, Progress()))
        except (
            BadScenarioError,
            OtherDatabaseError,
            DatabaseUnavailableError,
            UnsupportedDatabaseError,
            OSError,
            ValueError,
        ) as error:
            hint = _way_out(settings) if isinstance(error, OtherDatabaseError) else ""
            if listening is not None:
                listening.close()
            print(f"wattif: {error}{hint}", file=sys.stderr)  # noqa: T201 - the command's answer
            raise SystemExit(_REFUSED) from None
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
            timeout_graceful_shutdown=_GRACE_S,
        )
        server = Server(config, app.state.context, _url(settings.host, listening))
        runner.run(server.serve(sockets=[listening]))


def _way_out(settings: Settings) -> str:
    return " (--database names another one)" if settings.database_file is None else " (--fresh begins anew)"


class Server(uvicorn.Server):
    """uvicorn's server, which says what it serves once it does."""

    def __init__(self, config: uvicorn.Config, context: AppContext, url: str) -> None:
        super().__init__(config)
        self._house = context
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.should_exit:
            return
        shown = await self._house.directory.database.ask(lambda db: _default(db, self._url))
        print(f"{shown}\nWattif is ready on {self._url}", flush=True)  # noqa: T201 - the command's answer


class Progress:
    """How far the making of a world has come: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._began = self._told = wall_now()

    def __call__(self, done: int, total: int, sessions: int) -> None:
        if self._bar is None:
            from rich.progress import Progress as Bar  # noqa: PLC0415 - only a new world takes long enough

            self._bar = Bar(transient=True)
            self._days = self._bar.add_task("", total=total)
            if self._bar.console.is_terminal:
                self._bar.start()
            else:
                print("Making the world default.", flush=True)  # noqa: T201 - the command's answer
        at = wall_now()
        pace = sessions * SECOND // max(1, at - self._began)
        so_far = f"Making the world default: {sessions:,} sessions, {pace:,} a second"
        self._bar.update(self._days, completed=done, description=so_far)
        if not self._bar.console.is_terminal and at - self._told > _TELLS_EVERY and done < total:
            self._told = at
            left = (at - self._began) * (total - done) // done // SECOND
            print(f"{so_far}, about {left} s to go.", flush=True)  # noqa: T201 - the command's answer
        if done >= total:
            self._bar.stop()


def _listen(host: str, port: int) -> socket.socket:
    """The socket to serve on, bound before anything is made, so that a port in use costs nothing."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error
        raise OSError(f"cannot listen on {host}:{port}: {reason}; --port chooses another port") from error


def _url(host: str, listening: socket.socket) -> str:
    port = listening.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _make_way(settings: Settings) -> None:
    """Sets a SQLite file aside if a fresh one is asked for. Refuses a database that is not Wattif's.

    A PostgreSQL is shared, and nothing in it is ever set aside.
    """
    file = settings.database_file
    if file is not None and not file.exists():
        return
    if file is None and settings.fresh:
        raise ValueError("--fresh sets a SQLite file aside; on PostgreSQL, name an empty database with --database")
    try:
        asyncio.run(_look_into(settings.database_url))
    except ForeignDatabaseError:
        message = f"{file or 'the database'} holds another program's tables; name another with --database"
        raise ValueError(message) from None
    except UnknownSchemaError as error:
        if not settings.fresh:
            raise OtherDatabaseError(str(error)) from error
    if file is not None and settings.fresh:
        _set_aside(file, "as asked")


async def _look_into(url: str) -> None:
    """Raises UnknownSchemaError or ForeignDatabaseError for a database that this version cannot use."""
    database = open_database(url)
    try:
        await database.ask(version.schema_number)
    finally:
        database.close()


def _set_aside(file: Path, reason: str) -> None:
    print(f"{file} is now {set_aside(file)}: {reason}.", flush=True)  # noqa: T201 - the command's answer


def _default(db: Transaction, url: str) -> str:
    """The world `default` in a few lines for people, with a complete call to copy."""
    world = worlds.named(db, DEFAULT)
    if world is None:
        return ""
    return _introduction(world, credentials.credentials(db, world.n), url)


def _introduction(world: World, credentials: list[Credential], url: str) -> str:
    lasting = {each.vendor: each for each in credentials if each.expires_at == NEVER}
    sample = orjson.loads(world.sample)
    host = url.replace("0.0.0.0", "localhost").replace("[::]", "localhost")  # noqa: S104 - not a binding
    lines = [
        f"Wattif {__version__}: world {world.name}, {_origin(world)}, {_time(world)}.",
        f"  Charge   {host}/v1                     key   {lasting['charge'].key}",
        f"  Cariqa   {host}/api/v1                 token {lasting['cariqa'].key}",
        f"  Podero   {host}/api/partners/v2.0      token {lasting['podero'].key}",
        f"  Control  {host}/_sandbox/v1/worlds     all worlds with their keys and sample ids",
        f"  Docs     {host}/docs",
    ]
    if sample["charge"]:
        order = {name: value for name, value in sample["charge"].items() if name != "fleet"}
        whose = f"driver={quote(order['driver'], safe='')}&" if "driver" in order else ""
        key, body = f"-H 'Authorization: Bearer {lasting['charge'].key}'", orjson.dumps(order).decode()
        lines += [
            "",
            "Start a charging session, and look at it as often as you like:",
            f"  curl -X POST {host}/v1/charging_sessions {key} -H 'Content-Type: application/json' -d '{body}'",
            f"  curl '{host}/v1/charging_sessions?{whose}limit=1' {key}",
            "",
        ]
    return "\n".join(lines)


def _origin(world: World) -> str:
    return f"scenario {Path(world.scenario).stem}, seed {world.seed}"


def _time(world: World) -> str:
    return f"{millis(world.clock.at(wall_now()))} at speed {world.clock.speed:g}"
