"""An export that an earlier release has written is imported, and the world is exported with the same rows."""

import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson
import pytest
from starlette.testclient import TestClient

from app.archive import archives
from app.main import VENDORS, create_app
from app.settings import Settings
from tests.archive.earlier_exports import as_before
from tests.conftest import HAMLET, HOST
from tests.databases import SqliteFiles

pytestmark = pytest.mark.slow

_RELEASES: Final = Path(__file__).resolve().parents[1] / "releases"
_EXPORTS: Final = sorted(_RELEASES.glob("*/export*.json.xz"))
_WORLDS: Final = "/_sandbox/v1/worlds"
_JSON: Final = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def client(sqlite_files: SqliteFiles) -> Iterator[TestClient]:
    """A client of a server with the hamlet."""
    settings = Settings(database_url=sqlite_files.new().url, scenario=HAMLET)
    with TestClient(create_app(settings), base_url=HOST) as client:
        yield client


def test_each_version_of_the_format_is_kept() -> None:
    """There are files of every version up to the one that is written."""
    versions = {orjson.loads(lzma.decompress(file.read_bytes()))["version"] for file in _EXPORTS}

    assert versions == set(range(1, archives.VERSION + 1))


@pytest.mark.parametrize("file", _EXPORTS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_export_of_a_release_is_read(file: Path) -> None:
    """Each row is a row of the archive, each fleet or driver that one names an attachment, and each owner a user."""
    raw = lzma.decompress(file.read_bytes())
    archive, written = archives.read(raw, VENDORS), orjson.loads(raw)

    fleets = sum(each.get("fleet") is not None for each in written["drivers"])
    vehicles = sum(each.get("driver") is not None for each in written["vehicles"])
    owners = {each["owner"] for each in written["vehicles"] if each["owner"] is not None}
    assert {name: len(rows) for name, rows in archive.held.items()} == {
        **{name: len(rows) for name, rows in written.items() if isinstance(rows, list)},
        **({"attachments": fleets + vehicles, "documents": 0} if "attachments" not in written else {}),
        "users": len({*(each["id"] for each in written["users"]), *owners}),
    }


@pytest.mark.parametrize("file", _EXPORTS, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_export_of_a_release_is_exported_as_it_was(client: TestClient, file: Path) -> None:
    """Imported under another name and exported again, the file has more members, and is imported without a change."""
    raw = lzma.decompress(file.read_bytes())
    name = orjson.loads(raw)["world"]["name"]
    other = f"{name}-of-{file.parent.name.replace('.', '-')}"
    imported = client.post(f"{_WORLDS}/import?name={other}", content=raw, headers=_JSON)
    exported = client.get(f"{_WORLDS}/{other}/export").content

    again = client.post(f"{_WORLDS}/import?name={other}-again", content=exported, headers=_JSON)

    assert imported.status_code == 201
    assert orjson.dumps(as_before(exported, raw)) == orjson.dumps(
        orjson.loads(raw.replace(b'"name":"%b"' % name.encode(), b'"name":"%b"' % other.encode(), 1))
    )
    assert again.status_code == 201
    assert client.get(f"{_WORLDS}/{other}-again/export").content == exported.replace(
        other.encode(), b"%b-again" % other.encode(), 1
    )
