"""A file without the members that exports have since 0.5.0 is read as if it had them."""

import json
import lzma
from pathlib import Path
from typing import Any, Final

import pytest

from app.archive import archives
from app.archive.json_reader import BadDocumentError
from app.domain.clock import DAY, MILLISECOND
from app.main import VENDORS
from app.store.schema.tables import ATTACHMENT, DRIVER, FLEET, VEHICLE

FILE: Final = Path(__file__).resolve().parents[1] / "releases" / "0.4.0" / "export-documented.json.xz"


@pytest.fixture(name="file")
def of_0_4_0() -> dict[str, Any]:
    """The file that 0.4.0 has written."""
    found: dict[str, Any] = json.loads(lzma.decompress(FILE.read_bytes()))
    return found


def read(file: dict[str, Any]) -> archives.Archive:
    """The archive of a file."""
    return archives.read(json.dumps(file, indent=0).encode(), VENDORS)


def test_rows_get_places_in_the_order_of_the_file(file: dict[str, Any]) -> None:
    """They are numbered, and were created a year before the world's Monday, a millisecond apart."""
    archive = read(file)
    for table, kind in ((FLEET, "fleets"), (DRIVER, "drivers"), (VEHICLE, "vehicles")):
        found = table.mapping.entities(archive.held[kind])
        begin = archive.world.monday - 365 * DAY

        assert [each.id for each in found] == [each["id"] for each in file[kind]]
        assert [(each.n, each.created_at, each.touched_at) for each in found] == [
            (n, begin + n * MILLISECOND, begin + n * MILLISECOND) for n, _ in enumerate(found)
        ]
        assert {(each.status, each.policy_ids, each.details) for each in found} == {("active", (), "{}")}


def test_members_that_are_gone_become_attachments(file: dict[str, Any]) -> None:
    """Each driver's fleet and each vehicle's driver is an attachment with the number of the driver or the vehicle."""
    found = {
        (each.driver, each.kind, each.target): each.n
        for each in ATTACHMENT.mapping.entities(read(file).held["attachments"])
    }

    assert found == {
        **{(each["id"], "fleet", each["fleet"]): n for n, each in enumerate(file["drivers"]) if each["fleet"]},
        **{(each["driver"], "vehicle", each["id"]): n for n, each in enumerate(file["vehicles"]) if each["driver"]},
    }


@pytest.mark.parametrize(("kind", "member"), [("drivers", "fleet"), ("vehicles", "driver")])
def test_members_that_are_gone_name_what_exists(file: dict[str, Any], kind: str, member: str) -> None:
    """The name of something that does not exist is refused with its own line."""
    file[kind][1][member] = "unknown"
    text = json.dumps(file, indent=0)
    with pytest.raises(BadDocumentError, match=rf"{kind}\.1\.{member}: there is no unknown among") as refusal:
        archives.read(text.encode(), VENDORS)

    assert text.splitlines()[refusal.value.line - 1].startswith(f'"{member}": "unknown"')


def test_members_that_are_gone_stand_beside_no_attachments(file: dict[str, Any]) -> None:
    """A file that has attachments has no such members."""
    with pytest.raises(BadDocumentError, match=r"drivers\.0\.fleet: there is no such name here"):
        read({**file, "attachments": []})
