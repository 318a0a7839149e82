"""An export of 0.1.0 is imported, and exported again with the same rows."""

import lzma
from pathlib import Path
from typing import Final

import orjson
import pytest

from tests.archive.earlier_exports import as_before
from tests.conftest import Sandbox

RELEASE: Final = Path(__file__).parents[1] / "releases" / "0.1.0"
WORLDS: Final = "/_sandbox/v1/worlds"


def export_of(file: str) -> bytes:
    """An export that 0.1.0 has made, of a world under another name."""
    return lzma.decompress((RELEASE / file).read_bytes()).replace(b'"name":"documented"', b'"name":"imported"', 1)


def taken_in(sandbox: Sandbox, export: bytes) -> str:
    """Imports an export; returns the name of the world."""
    answer = sandbox.client.post(f"{WORLDS}/import", content=export, headers={"Content-Type": "application/json"})

    assert answer.status_code == 201, answer.text

    return str(answer.json()["name"])


@pytest.mark.parametrize("file", ["export.json.xz", "export-documented.json.xz"])
def test_an_imported_export_is_exported_with_the_same_rows(sandbox: Sandbox, file: str) -> None:
    """The new export has all that the file has, and what rows have since."""
    export = export_of(file)
    name = taken_in(sandbox, export)

    again = sandbox.client.get(f"{WORLDS}/{name}/export").content
    assert orjson.dumps(as_before(again, export)) == orjson.dumps(orjson.loads(export))


def test_slices_that_the_horizon_of_an_export_counts_are_left_out(sandbox: Sandbox) -> None:
    """The microseconds after midnight, which count planned slices, are not a part of the horizon."""
    export = export_of("export.json.xz").replace(
        b'"horizon":"2026-03-12T00:00:00Z"', b'"horizon":"2026-03-12T00:00:00.000003Z"'
    )
    name = taken_in(sandbox, export)

    assert sandbox.world(name)["clock"]["horizon"] == "2026-03-12T00:00:00.000Z"
    assert b'"horizon":"2026-03-12T00:00:00Z"' in sandbox.client.get(f"{WORLDS}/{name}/export").content
