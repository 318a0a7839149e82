"""A fourth vendor is its own folder and one line: nothing else in Wattif has to be changed for it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from starlette.testclient import TestClient

from app.main import VENDORS, create_app
from app.scenario import scenarios
from app.scenario.language import schema
from app.settings import Settings
from tests.conftest import HAMLET, HOST
from tests.databases import SqliteFiles
from tests.house.fourth_vendor.vendor import VENDOR

pytestmark = pytest.mark.slow

FOUR: Final = (*VENDORS, VENDOR)
WORLDS: Final = "/_sandbox/v1/worlds"
LISTED: Final = "/example/v1/sessions"


@pytest.fixture(scope="module")
def database(sqlite_files: SqliteFiles) -> str:
    """A database that a server of three vendors has made."""
    url = sqlite_files.new().url
    with TestClient(create_app(Settings(database_url=url, scenario=HAMLET)), base_url=HOST):
        return url


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the server's scenarios."""
    return tmp_path_factory.mktemp("scenarios")


@pytest.fixture(scope="module")
def client(database: str, folder: Path) -> Iterator[TestClient]:
    """A client of a server of four vendors on that database."""
    settings = Settings(database_url=database, scenario=HAMLET, scenarios=folder)
    with TestClient(create_app(settings, FOUR), base_url=HOST) as client:
        yield client


@pytest.fixture
def sold(client: TestClient, folder: Path) -> Callable[..., dict[str, Any]]:
    """Makes a world whose population buys sessions from the fourth vendor."""
    file = folder / "sold.yaml"
    numbers = "population:\n  example_sessions: 5\n"
    file.write_text(Path(HAMLET).read_text("utf-8").replace("population:\n", numbers), "utf-8")

    def make(**changed: object) -> dict[str, Any]:
        answer = client.post(WORLDS, json={"scenario": "sold", **changed})
        assert answer.status_code == 201, answer.text
        world: dict[str, Any] = answer.json()
        return world

    return make


def test_fourth_vendor_has_words_in_scenario_files() -> None:
    """Its number of a population, key, sample id and channel are in the schema, and other scenarios stay valid."""
    defined = schema(FOUR)["$defs"]

    assert "example_sessions" in defined["Population"]["properties"]
    assert "example" in defined["Keys"]["properties"]
    assert "location" in defined["ExampleSample"]["properties"]
    assert "example" in defined["Channel"]["enum"]
    assert scenarios.check("village", FOUR) == []


def test_fourth_vendor_has_keys_in_worlds_that_were_there_before(client: TestClient) -> None:
    """A start issues the keys of a vendor that the database did not know."""
    for world in client.get(WORLDS).json()["worlds"]:
        assert listed(client, world).status_code == 200


def test_key_of_fourth_vendor_opens_its_world(client: TestClient, sold: Callable[..., dict[str, Any]]) -> None:
    """Each new world has its own key, which the control API shows; another key is refused."""
    one, other = sold(), client.post(WORLDS, json={}).json()

    assert one["credentials"]["example"]["api_key"] != other["credentials"]["example"]["api_key"]
    assert len(listed(client, one).json()["sessions"]) > 50
    assert listed(client, other).json() == {"sessions": []}
    assert client.get(LISTED, headers={"Authorization": "Bearer example_none"}).status_code == 401


def test_sample_of_fourth_vendor_is_shown(sold: Callable[..., dict[str, Any]]) -> None:
    """It names the station that the other vendors' samples name."""
    world = sold()

    assert world["sample"]["example"] == {"location": world["sample"]["charge"]["charging_station"]}


def test_reset_keeps_the_key_of_fourth_vendor(client: TestClient, sold: Callable[..., dict[str, Any]]) -> None:
    """After a reset the same key opens the world, which has the same sessions."""
    world = sold()
    before = listed(client, world).json()
    reset = client.post(f"{WORLDS}/{world['name']}/reset").json()

    assert reset["credentials"] == world["credentials"]
    assert listed(client, world).json() == before


def test_export_of_fourth_vendor_is_imported(client: TestClient, sold: Callable[..., dict[str, Any]]) -> None:
    """The imported world has the same sessions and sample ids under a new key."""
    world = sold()
    exported = client.get(f"{WORLDS}/{world['name']}/export").content
    answer = client.post(f"{WORLDS}/import?name=again", content=exported, headers={"Content-Type": "application/json"})
    again = answer.json()

    assert answer.status_code == 201
    assert again["credentials"]["example"] != world["credentials"]["example"]
    assert again["sample"] == world["sample"]
    assert listed(client, again).json() == listed(client, world).json()
    assert b"api_key" not in exported
    assert "example" in orjson.loads(exported)["world"]["sample"]


def test_fourth_vendor_shows_its_sessions_in_transitions(
    client: TestClient, sold: Callable[..., dict[str, Any]]
) -> None:
    """A transition of a session that it has sold names the id under which it shows it."""
    world = sold()
    advanced = client.post(f"{WORLDS}/{world['name']}/clock/advance", json={"by": "P1D"}).json()
    shown = {each["ids"]["example"] for each in advanced["transitions"] if "example" in each["ids"]}

    assert shown
    assert shown <= set(listed(client, world).json()["sessions"])


def listed(client: TestClient, world: dict[str, Any]) -> Any:  # noqa: ANN401 - the client's own type of answer
    key = world["credentials"]["example"]["api_key"]
    return client.get(LISTED, headers={"Authorization": f"Bearer {key}"})
