"""A file of a release that knew no owners as users is read as if it had them."""

import json
import lzma
from pathlib import Path
from typing import Any, Final

import pytest

from app.archive import archives
from app.archive.json_reader import BadDocumentError
from app.domain.clock import DAY, MILLISECOND
from app.domain.ids import uuid_text
from app.domain.models import User
from app.main import VENDORS
from app.store.schema.tables import END_USER
from tests.conftest import Sandbox

pytestmark = pytest.mark.slow

FOLDER: Final = Path(__file__).resolve().parents[1] / "releases"
FILES: Final = [FOLDER / release / "export.json.xz" for release in ("0.1.0", "0.4.0", "0.5.0")]


@pytest.fixture(name="file", params=FILES, ids=lambda file: file.parent.name)
def of_an_earlier_release(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The file that an earlier release has written."""
    found: dict[str, Any] = json.loads(lzma.decompress(request.param.read_bytes()))
    return found


def read(file: dict[str, Any]) -> list[User]:
    """The users of a file."""
    archive = archives.read(json.dumps(file, indent=0).encode(), VENDORS)
    return END_USER.mapping.entities(archive.held["users"])


def test_owners_of_vehicles_become_users(file: dict[str, Any]) -> None:
    """There is one for each owner, who is the driver of the vehicle, after the users of the file."""
    users = read(file)
    owners = [user for user in users if user.org is not None]
    owned = {(each["org"], each["owner"]) for each in file["vehicles"] if each["owner"] is not None}
    drivers = {each["id"]: (each["name"], each["email"]) for each in file["drivers"]}

    assert {(user.org or "", user.id) for user in owners} == owned
    assert users[-len(owned) :] == owners
    assert any(user.driver for user in owners)
    assert all(drivers[user.driver] == (user.name, user.email) for user in owners if user.driver)


def test_users_have_places_in_the_order_of_the_file(file: dict[str, Any]) -> None:
    """They are numbered, and were created a year before the world's Monday, a millisecond apart."""
    archive = archives.read(json.dumps(file).encode(), VENDORS)
    users = END_USER.mapping.entities(archive.held["users"])
    begin = archive.world.monday - 365 * DAY

    assert [(user.n, user.created_at) for user in users] == [(n, begin + n * MILLISECOND) for n, _ in enumerate(users)]


def test_users_drive_the_vehicle_of_their_last_session(file: dict[str, Any]) -> None:
    """A user of the file drives what the last session charged."""
    ordered = sorted(file["sessions"], key=lambda session: (session["created_at"], session["n"]))
    last = {session["user"]: session["vehicle"] for session in ordered if session["user"] is not None}

    assert last
    assert {user.id: user.vehicle for user in read(file) if user.vehicle is not None} == last


def test_user_whose_id_is_yet_to_be_given_is_refused(untouched: Sandbox) -> None:
    """The ids of users that callers create follow from the world's counter, so none of the next ones is there."""
    file = untouched.client.get("/_sandbox/v1/worlds/documented/export").json()
    n = file["world"]["next_n"] + 2
    made = file["users"][0] | {"id": uuid_text(file["world"]["seed"], "created_user", n), "n": n}
    file["users"].append(made)

    with pytest.raises(BadDocumentError, match="is what is created next in this world"):
        read(file)


def test_owner_of_a_vehicle_is_there(untouched: Sandbox) -> None:
    """A file of this release that lacks an owner gets the user again, so that the vehicle has one."""
    file = untouched.client.get("/_sandbox/v1/worlds/documented/export").json()
    owners = {each["owner"] for each in file["vehicles"] if each["owner"] is not None}
    file["users"] = [user for user in file["users"] if user["id"] not in owners]
    file["documents"] = [each for each in file["documents"] if each["owner"] not in owners]

    assert owners <= {user.id for user in read(file)}
