"""A start says when `default` cannot go on: its days would contradict the rows that it has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import made_in
from tests.databases import Databases, Kept
from tests.laws.planned_days import CROFT, FOLDER
from tests.laws.world_client import client_of


@pytest.fixture(scope="module")
def croft(databases: Databases) -> Kept:
    """A database whose `default` is the croft."""
    return made_in(databases, **CROFT)


@pytest.fixture
def lasting(databases: Databases, croft: Kept) -> Iterator[Kept]:
    """A copy of it, of the test's own."""
    copied = databases.copy(croft)
    yield copied
    databases.drop(copied)


def test_a_world_of_an_earlier_release_ends(lasting: Kept, caplog: pytest.LogCaptureFixture) -> None:
    """One line says that it ends, when, and that a reset makes one that goes on; and a reset does."""
    lasting.run("UPDATE world SET coming_days = NULL WHERE state = 'open'")
    with client_of(lasting, **CROFT) as client:
        [said] = [record.getMessage() for record in caplog.records]
        before = client.http.get("/_sandbox/v1/worlds/default/clock").json()
        client.reset()
        after = client.http.get("/_sandbox/v1/worlds/default/clock").json()

    assert before["horizon"] in said
    assert "reset" in said
    assert (before["goes_on"], after["goes_on"]) == (False, True)


def test_a_world_whose_scenario_has_changed_ends(
    lasting: Kept, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A start with another file of that name says that the world ends at its horizon."""
    text = (FOLDER / "croft.yaml").read_text("utf-8")
    (tmp_path / "croft.yaml").write_text(text.replace("drivers: 8", "drivers: 9"), "utf-8")
    with client_of(lasting, scenario="croft", scenarios=tmp_path) as client:
        [said] = [record.getMessage() for record in caplog.records]
        shown = client.http.get("/_sandbox/v1/worlds/default/clock").json()

        assert client.advance("P20D").json()["note"]

    assert shown["horizon"] in said
    assert shown["goes_on"] is False


def test_a_world_that_goes_on_starts_without_a_word(lasting: Kept, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is said of a world that is as it was made."""
    with client_of(lasting, **CROFT) as client:
        assert client.http.get("/_sandbox/v1/worlds/default/clock").json()["goes_on"] is True

    assert caplog.records == []
