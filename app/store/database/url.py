"""The database that a URL names."""

from pathlib import Path
from urllib.parse import unquote

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from .protocol import Database, UnsupportedDatabaseError
from .sqlite import Sqlite


def open_database(url: str) -> Database:
    """Opens the database at a SQLAlchemy URL. Raises UnsupportedDatabaseError, whose message says what is wrong."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        message = f"{url!r} is not a database URL such as sqlite:///wattif.db"
        raise UnsupportedDatabaseError(message) from error
    if parsed.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return _postgres(parsed.set(drivername="postgresql+psycopg"))
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        message = (
            "Wattif runs on SQLite in a file, such as sqlite:///wattif.db, or on postgresql+psycopg://…, "
            f"not on {parsed.render_as_string()!r}"
        )
        raise UnsupportedDatabaseError(message)
    return Sqlite(parsed, sqlite_file(parsed.database))


def sqlite_file(database: str) -> Path:
    """The file that a SQLite URL names: by a path, or by a URI of SQLite itself such as `file:wattif.db`."""
    return Path(unquote(database.removeprefix("file:")) if database.startswith("file:") else database)


def _postgres(url: URL) -> Database:
    try:
        from .postgres import Postgres  # noqa: PLC0415 - an extra, which a server on SQLite does without
    except ImportError as error:
        message = f"PostgreSQL needs the extra `postgres`, which brings psycopg: {error}"
        raise UnsupportedDatabaseError(message) from error
    return Postgres(url)
