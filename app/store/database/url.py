"""The database that a URL names. No message shows a password."""

import re
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from .protocol import Database, UnsupportedDatabaseError
from .sqlite import Sqlite

_KINDS: Final = "SQLite in a file, such as sqlite:///wattif.db, or on postgresql+psycopg://…"
_POSTGRES: Final = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
_SQLITE: Final = frozenset({"sqlite", "sqlite+pysqlite"})
_OPTIONS_OF_SQLITE: Final = frozenset({"timeout"})
"""What a query may set. The other options of the driver would change what the server relies on."""
_ADDRESS: Final = frozenset({"host", "hostaddr", "port", "dbname", "service"})
"""The options of PostgreSQL that say which database it is."""
_SECONDS: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")


def open_database(url: str) -> Database:
    """Opens the database at a SQLAlchemy URL. Raises UnsupportedDatabaseError, whose message says what is wrong."""
    parsed = _parsed(url)
    if parsed.drivername in _POSTGRES:
        return _postgres(parsed)
    return Sqlite(parsed, Path(parsed.database or ""))


def database_file(url: str) -> Path | None:
    """The file that a SQLite URL names, without its query and with `%20` read as a space; None for PostgreSQL.

    Raises UnsupportedDatabaseError.
    """
    parsed = _parsed(url)
    return Path(parsed.database) if parsed.drivername in _SQLITE and parsed.database else None


def database_name(url: str) -> str:
    """The database in words for people: the path of the file, or the URL without password and options.

    Raises UnsupportedDatabaseError.
    """
    parsed = _parsed(url)
    if parsed.drivername in _SQLITE:
        return str(parsed.database)
    there = {name: value for name, value in parsed.query.items() if name in _ADDRESS}
    named = URL.create(parsed.drivername, parsed.username, None, parsed.host, parsed.port, parsed.database, there)
    return named.render_as_string()


def _parsed(url: str) -> URL:
    """The parts of a URL that names a database of a kind that Wattif runs on. Raises UnsupportedDatabaseError."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        message = f"the database URL cannot be read; Wattif runs on {_KINDS}"
        raise UnsupportedDatabaseError(message) from error
    fault = _fault(parsed)
    if fault is not None:
        raise UnsupportedDatabaseError(fault)
    return parsed


def _fault(url: URL) -> str | None:
    if url.drivername in _POSTGRES:
        is_cut = "@" in (url.host or "")
        return "in a database URL, write @ as %40 within user and password" if is_cut else None
    if url.drivername not in _SQLITE:
        return f"Wattif runs on {_KINDS}, not on {url.drivername}"
    return _fault_of_sqlite(url)


def _fault_of_sqlite(url: URL) -> str | None:
    if url.host or url.username or url.port:
        return "a database URL of SQLite has three slashes before a path, as in sqlite:///wattif.db"
    if not url.database or url.database == ":memory:":
        return f"Wattif runs on {_KINDS}, not in memory"
    unknown = sorted(url.query.keys() - _OPTIONS_OF_SQLITE)
    if unknown:
        return f"a database URL of SQLite has a path and perhaps ?timeout=, no {unknown[0]!r}"
    if not _SECONDS.fullmatch(str(url.query.get("timeout", "0"))):
        return "the timeout in a database URL is a number of seconds, such as ?timeout=5"
    return None


def _postgres(url: URL) -> Database:
    try:
        from psycopg import ProgrammingError  # noqa: PLC0415 - an extra, which a server on SQLite does without
        from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - the same

        from .postgres import Postgres  # noqa: PLC0415 - the same
    except ImportError as error:
        message = f"PostgreSQL needs the extra `postgres`, which brings psycopg: {error}"
        raise UnsupportedDatabaseError(message) from error
    try:
        make_conninfo(**{name: str(value) for name, value in url.query.items()})
    except ProgrammingError as error:
        message = f"the database URL has a query that PostgreSQL does not take: {error}"
        raise UnsupportedDatabaseError(" ".join(message.split())) from error
    return Postgres(url.set(drivername="postgresql+psycopg"))
