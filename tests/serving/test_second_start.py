"""A server that starts on a database in use says so first, and leaves the worlds of the others as they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.database.url import database_name
from tests.databases import Databases, Kept
from tests.serving.servers import Server, serving
from tests.serving.test_refused_databases import refusal

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def first(databases: Databases) -> Iterator[tuple[Kept, Server]]:
    """A server that serves, with its database; its clock and its world `documented` were moved."""
    kept = databases.new()
    with serving(kept) as server:
        server.client.patch("/_sandbox/v1/worlds/default/clock", json={"speed": 7})
        server.client.post("/_sandbox/v1/worlds/documented/clock/advance", json={"by": "P3D"})
        yield kept, server
    databases.drop(kept)


@pytest.mark.parametrize("speed", ["", "30"])
def test_a_second_start_changes_no_world(first: tuple[Kept, Server], speed: str) -> None:
    """One line names the database and the other server; speed and `documented` stay, also if WATTIF_SPEED is set."""
    kept, server = first
    documented = server.world("documented")
    with serving(kept, variables={"WATTIF_SPEED": speed}) as second:
        notice, *more = second.complained().splitlines()

        assert notice.startswith(f"wattif: {database_name(kept.url)} is in use by ")
        assert server.url in notice
        assert "--database" in notice
        assert ["--speed" in line for line in more] == ([True] if speed else [])
        assert second.printed[0].endswith("at speed 7.")
        assert second.printed[1].endswith("resumed, shared with other servers")
        assert server.world()["clock"]["speed"] == 7
        assert server.world("documented") == documented


def test_a_second_start_sets_the_speed_that_it_is_told(kept: Kept) -> None:
    """`--speed` on the command line sets the clock that others use, and a line says so."""
    with serving(kept) as server, serving(kept, "--speed", "60") as second:
        lines = second.complained().splitlines()

        assert [line for line in lines if "60" in line and "--speed" in line] == lines[1:]
        assert second.printed[0].endswith("at speed 60, set by --speed.")
        assert server.world()["clock"]["speed"] == 60


def test_a_start_names_its_database(empty: Kept) -> None:
    """The banner has the name of the database, whether its worlds are new, and what has set their speed."""
    with serving(empty) as server:
        assert f"  Database {database_name(empty.url)}, new" in server.printed
        server.stop()
    with serving(empty, variables={"WATTIF_SPEED": "30"}) as server:
        assert server.complained() == ""
        assert server.printed[0].endswith("at speed 30, set by WATTIF_SPEED.")
        assert server.printed[1] == f"  Database {database_name(empty.url)}, resumed"


@pytest.mark.parametrize(
    ("variable", "value", "address"),
    [
        ("WATTIF_PUBLISHED_PORT", "9001", "http://127.0.0.1:9001"),
        ("WATTIF_PUBLIC_URL", "https://tools.example.com/wattif/", "https://tools.example.com/wattif"),
    ],
)
def test_the_banner_has_the_addresses_that_users_call(tmp_path: Path, variable: str, value: str, address: str) -> None:
    """The addresses of the APIs, and the calls to copy, begin with the public URL or have the published port."""
    with serving(Kept(f"sqlite:///{tmp_path}/w.db"), variables={variable: value}) as server:
        lines = [line for line in server.printed[:-1] if "http" in line]

        assert len(lines) > 5
        assert all(f"{address}/" in line for line in lines)


def test_a_second_start_that_wants_another_world_is_refused(kept: Kept) -> None:
    """The advice is another database; `--fresh`, which a database in use refuses, is advised only when it is not."""
    with serving(kept):
        beside = refusal(kept, "--seed", "99")
    alone = refusal(kept, "--seed", "99")

    assert all("holds a world of seed" in line and "--database" in line for line in (beside, alone))
    assert "--fresh" not in beside
    assert ("--fresh" in alone) == kept.url.startswith("sqlite")
