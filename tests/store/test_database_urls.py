"""A database URL names one file or one server, in the way of SQLAlchemy, and no message shows its password."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest

from app.settings import Settings
from app.store.database.protocol import UnsupportedDatabaseError
from app.store.database.url import database_file, database_name, open_database
from app.store.schema import version


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("wattif.db", "wattif.db"),
        ("wattif.db?timeout=5", "wattif.db"),
        ("my%20folder/wattif.db", "my folder/wattif.db"),
        ("my folder/wattif.db", "my folder/wattif.db"),
        ("50%25.db", "50%.db"),
        ("50%.db", "50%.db"),
        ("what%3F.db", "what?.db"),
        ("a#b.db", "a#b.db"),
    ],
)
@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+pysqlite"])
def test_the_file_of_a_url_is_the_one_that_is_written(tmp_path: Path, scheme: str, written: str, name: str) -> None:
    """A query is no part of the name, and a percent sign and two digits are one character."""
    (tmp_path / "my folder").mkdir()
    url = f"{scheme}:///{tmp_path}/{written}"
    with closing(open_database(url)) as database:
        asyncio.run(database.change(version.prepare))

    assert database_file(url) == tmp_path / name
    assert (tmp_path / name).stat().st_size


def test_a_url_of_postgresql_names_no_file() -> None:
    """There is no file to set aside."""
    assert database_file("postgresql+psycopg://user:hunter2@host/wattif") is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite://wattif.db", "three slashes"),
        ("sqlite:////wattif.db?mode=ro&uri=true", "'mode'"),
        ("sqlite:///wattif.db?isolation_level=DEFERRED", "'isolation_level'"),
        ("sqlite:///wattif.db?timeout=soon", "a number of seconds"),
        ("sqlite:///wattif.db?timeout=1&timeout=2", "a number of seconds"),
        ("sqlite+aiosqlite:///wattif.db", "not on sqlite+aiosqlite"),
        ("sqlite:///%3Amemory%3A", "not in memory"),
        ("postgresql://user:hunter2@x@host/wattif", "%40"),
        ("postgresql://user:hunter2:5432:hunter2/wattif", "cannot be read"),
        ("postgresql://host:hunter2/wattif", "cannot be read"),
        ("postgresql://user:hunter2@host/wattif?hunters=2", '"hunters"'),
        ("mysql://user:hunter2@host/wattif?password=hunter2", "not on mysql"),
    ],
    ids=lambda text: text.rpartition("/")[2],  # without the kind of database, by which tests are sorted into lanes
)
def test_a_url_that_cannot_be_used_is_refused(url: str, reason: str) -> None:
    """The one line says why, and repeats no password, wherever it stands in the URL."""
    with pytest.raises(UnsupportedDatabaseError) as refused:
        open_database(url)

    assert reason in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_settings_print_no_database_url() -> None:
    """A traceback that shows the settings shows no password."""
    assert "hunter2" not in repr(Settings(database_url="postgresql://user:hunter2@host/wattif"))


def test_a_databases_name_has_no_password() -> None:
    """A file is named by its path, a PostgreSQL database by what in its URL says where it is."""
    names = {
        "sqlite:///wattif.db?timeout=5": "wattif.db",
        "sqlite:////data/with%20space.db": "/data/with space.db",
        "postgresql+psycopg://me:secret@host:1/db?sslpassword=secret": "postgresql+psycopg://me@host:1/db",
        "postgresql:///db?host=/tmp&password=secret": "postgresql:///db?host=%2Ftmp",
    }

    assert {url: database_name(url) for url in names} == names
