"""Runs a server: opens the socket and the database, makes the worlds with a progress bar, and starts uvicorn."""

import asyncio
import gc
import sys
from contextlib import suppress
from functools import partial
from logging.config import dictConfig
from typing import Final, Literal

import uvicorn

from ..main import VENDORS, create_app, prepare
from ..scenario.files import BadScenarioError
from ..settings import Settings
from ..store.database.file_users import FileUsers
from ..store.database.protocol import (
    DatabaseDamagedError,
    DatabaseInUseError,
    DatabaseUnavailableError,
    OutcomeUnknownError,
    UnsupportedDatabaseError,
)
from ..store.database.set_aside import set_aside
from ..store.database.url import database_file, open_database
from ..store.schema import version
from ..store.schema.version import ForeignDatabaseError, UnknownSchemaError
from ..worlds.startup import OtherDatabaseError, Sharing, Started
from .banner import banner, found, origin
from .bounds import Bounds, connections_at_most
from .logs import LOGGING
from .prepared import copy_prepared, prepare_for_tests, resume_prepared
from .progress import Progress
from .protocol import HttpProtocol
from .request_log import opened
from .server import Server
from .sharing import tell_of_others
from .sockets import Sockets, close, listen, url_of

_REFUSED_EXIT: Final = 2
_SHUTDOWN_TIMEOUT_S: Final = 2
_LOOP: Final[Literal["uvloop", "asyncio"]] = "asyncio" if sys.platform == "win32" else "uvloop"


def run(settings: Settings, *, sets_speed: bool = False, for_tests: bool = False) -> None:
    """Serves until interrupted. A server that cannot start prints one line, and exits with 2.

    With `sets_speed`, the speed in the settings counts also while other servers use the database. With `for_tests`, the
    database is new and no other server's, and a start that takes no time matters more than a first request that does.
    """
    listening: Sockets = []
    dictConfig(LOGGING)
    gc.freeze()
    gc.enable()
    # One event loop makes the worlds and serves, because the database's lock belongs to the loop that first used it.
    with asyncio.Runner(loop_factory=uvicorn.Config("", loop=_LOOP, log_config=None).get_loop_factory()) as runner:
        try:
            listening = listen(settings.host, settings.port)
            if settings.fresh:
                _rename_file(settings)
            log = opened(settings)
            is_prepared = for_tests and copy_prepared(settings)
            app = create_app(settings, log=None if log is None else log.requests, late=for_tests)
            url = url_of(settings.host, listening)
            sharing = Sharing(url, partial(tell_of_others, settings, sets_speed=sets_speed), sets_speed=sets_speed)
            if is_prepared:
                started = resume_prepared(app, url)
            elif for_tests:
                started = runner.run(prepare_for_tests(app, settings))
            else:
                with Progress() as progress:
                    started = runner.run(prepare(app, settings, progress, sharing))
        except (
            BadScenarioError,
            ForeignDatabaseError,
            OtherDatabaseError,
            DatabaseUnavailableError,
            OutcomeUnknownError,
            UnsupportedDatabaseError,
            OSError,
            ValueError,
        ) as error:
            hint = _hint(settings, error)
            close(listening)
            print(f"wattif: {error}{hint}", file=sys.stderr)  # noqa: T201 - the command's output
            raise SystemExit(_REFUSED_EXIT) from None
        gc.collect()
        gc.freeze()
        config = uvicorn.Config(
            app,
            loop=_LOOP,
            http=HttpProtocol,
            ws="none",
            access_log=False,
            log_config=None,
            log_level="warning",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_SHUTDOWN_TIMEOUT_S,
        )
        introduction = partial(
            banner,
            vendors=VENDORS,
            origin=origin(settings, url),
            database=found(settings, started),
            speed_is_from=_source_of_speed(settings, started, sets_speed=sets_speed),
        )
        server = Server(
            config, Bounds(connections=connections_at_most()), app.state.context, url, introduction, log=log
        )
        runner.run(server.serve(sockets=listening))


def _source_of_speed(settings: Settings, started: Started, *, sets_speed: bool) -> str:
    """What has set the speed of `default` at this start; empty if its clock runs as before."""
    if settings.speed is None or (started.others and not sets_speed):
        return ""
    return "--speed" if sets_speed else "WATTIF_SPEED"


def _hint(settings: Settings, error: Exception) -> str:
    """What to do about a database that cannot be used."""
    if isinstance(error, DatabaseInUseError):
        return "; stop it first, or choose another database with --database"
    if isinstance(error, DatabaseDamagedError):
        recover = f"sqlite3 {database_file(settings.database_url)} .recover"
        return (
            f"; `{recover}` prints what can be read of it, --fresh renames it and starts an empty one, "
            "--database chooses another"
        )
    file = database_file(settings.database_url) if isinstance(error, OtherDatabaseError) else None
    if file is not None and not FileUsers(file.resolve()).users():
        return "; --fresh starts an empty one, --database chooses another"
    is_about_database = isinstance(error, OtherDatabaseError | ForeignDatabaseError | DatabaseUnavailableError)
    return "; choose another with --database" if is_about_database else ""


def _rename_file(settings: Settings) -> None:
    """Renames the SQLite file, because a fresh one is asked for: also one that is damaged, but none that is in use.

    Raises ValueError, ForeignDatabaseError or DatabaseInUseError. A PostgreSQL database may be shared, so nothing in
    it is changed.
    """
    file = database_file(settings.database_url)
    if file is None:
        raise ValueError("--fresh renames a SQLite file; on PostgreSQL, choose an empty database with --database")
    if file.exists() and not file.is_file():
        raise ValueError(f"{file} is not a file, so --fresh cannot rename it; choose another with --database")
    with FileUsers(file.resolve()).alone():
        if file.exists() or file.with_name(f"{file.name}-wal").exists():
            with suppress(UnknownSchemaError, DatabaseUnavailableError):
                asyncio.run(_check_schema(settings.database_url))
            print(f"{file} was renamed to {set_aside(file)}: --fresh was given.", flush=True)  # noqa: T201 - the output


async def _check_schema(url: str) -> None:
    """Raises ForeignDatabaseError or UnknownSchemaError for a database that this version cannot use."""
    database = open_database(url)
    try:
        await database.ask(version.schema_number)
    finally:
        database.close()
