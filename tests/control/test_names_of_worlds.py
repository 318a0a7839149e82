"""The 404 for an unknown world names it, and the worlds whose names are near."""

import time

import pytest

from tests.conftest import Sandbox

pytestmark = pytest.mark.one_database

WORLDS = "/_sandbox/v1/worlds"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/reset"),
        ("GET", "/export"),
        ("GET", "/clock"),
        ("PATCH", "/clock"),
        ("POST", "/clock/advance"),
        ("GET", "/simulate"),
        ("POST", "/simulate"),
    ],
)
def test_unknown_world_is_named_with_its_neighbours(untouched: Sandbox, method: str, path: str) -> None:
    """Every call of a world that is not there says so."""
    answer = untouched.client.request(method, f"{WORLDS}/defalt{path}")

    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no world 'defalt'; there is default."
    assert "X-Sandbox-World" not in answer.headers


def test_unknown_world_of_a_fork_is_named(untouched: Sandbox) -> None:
    """So does a fork."""
    answer = untouched.client.post(WORLDS, json={"fork": "document"})

    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no world 'document'; there is documented.")


def test_an_expired_world_is_no_neighbour(sandbox: Sandbox) -> None:
    """The 404 for a world that has just expired does not say that there is one of its name."""
    sandbox.client.post(WORLDS, json={"name": "brief", "expires_in": "PT0.001S"}).raise_for_status()
    time.sleep(0.01)
    answer = sandbox.client.get(f"{WORLDS}/brief")

    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no world 'brief'; GET /_sandbox/v1/worlds lists all."


@pytest.mark.parametrize("name", ["x", "%00", "%F0%9F%98%80", "x" * 5000])
def test_name_without_neighbours_is_named_alone(untouched: Sandbox, name: str) -> None:
    """The detail says where all worlds are listed, and repeats no more than a name can have."""
    answer = untouched.client.get(f"{WORLDS}/{name}")

    assert answer.status_code == 404
    assert answer.json()["detail"].endswith("; GET /_sandbox/v1/worlds lists all.")
    assert len(answer.json()["detail"]) < 200


@pytest.mark.parametrize("path", ["", "/default", "/default/clock", "/default/simulate"])
def test_slash_at_the_end_does_not_count(untouched: Sandbox, path: str) -> None:
    """A path of the control API has the same answer with a slash."""
    bare, slash = (untouched.client.get(f"{WORLDS}{path}{end}") for end in ("", "/"))

    assert (slash.status_code, slash.content) == (200, bare.content)
