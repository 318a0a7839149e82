"""A scenario is read whole or refused with its file, its line and the reason."""

import asyncio
import re
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from app.data_files import FIXTURES
from app.domain.clock import instant
from app.main import VENDORS
from app.scenario.files import BadScenarioError
from app.store.database.url import open_database
from app.worlds.build import quiet
from app.worlds.lifecycle import Worlds
from app.worlds.make import Wanted
from app.worlds.startup import prepare
from tests.conftest import HAMLET
from tests.databases import Kept
from tests.served import check, read

NAMES: Final = sorted(file.stem for file in FIXTURES.glob("*.yaml"))
GOOD: Final = "name: tiny\nabout: A scenario.\nclock: {start: now, speed: 1}\n"


@pytest.mark.parametrize("name", NAMES)
def test_scenarios_of_wattif_are_read(name: str) -> None:
    """Each file in `fixtures` is a scenario of its own name, with a sentence about it and the magic objects."""
    scenario = read(name).scenario

    assert scenario.name == name
    assert scenario.about.endswith(".")
    assert "chst_MagicStationOffline0000000000000" in {station.id for station in scenario.objects.stations}
    assert scenario.clock.start == "now" or instant(scenario.clock.start)


def test_town_and_documented_exist() -> None:
    """The two worlds that every server has are made from scenarios of these names."""
    assert {"town", "documented"} <= set(NAMES)


@pytest.mark.parametrize("name", [*NAMES, HAMLET])
def test_placed_objects_refer_to_one_another(name: str) -> None:
    """Sessions and reservations name people, vehicles, cards and connectors that are placed too."""
    objects = read(name).scenario.objects
    connectors = {(station.id, connector.id) for station in objects.stations for connector in station.connectors}
    ids = {
        kind: {None, *(each.id for each in getattr(objects, kind))}
        for kind in ("drivers", "fleets", "users", "vehicles", "payment_methods", "stations")
    }

    for session in objects.sessions:
        assert (session.station, session.connector) in connectors
        assert session.vehicle in ids["vehicles"]
        assert session.payment_method in ids["payment_methods"]
        assert session.driver in ids["drivers"]
        assert session.user in ids["users"]
        assert session.fleet in ids["fleets"]
    for reservation in objects.reservations:
        assert reservation.vehicle in ids["vehicles"]
        assert reservation.driver in ids["drivers"]
        assert reservation.payment_method in ids["payment_methods"]
        assert reservation.station in ids["stations"]


def test_fingerprint_changes_with_the_file(tmp_path: Path) -> None:
    """The same text has the same fingerprint at each path; another text has another."""
    files = [written(tmp_path, name, text) for name, text in (("a", GOOD), ("b", GOOD), ("c", GOOD + "# more\n"))]
    prints = [read(file).fingerprint for file in files]

    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize(
    ("more", "line", "reason"),
    [
        ("colour: red\n", 4, "colour"),
        ("seed: many\n", 4, "seed"),
        ("seed: -1\n", 4, "seed"),
        ("seed: 1.5\n", 4, "seed"),
        ("population:\n  drivers: 3\n", 5, "population.fleets"),
        ("objects:\n  drivers:\n    - {id: drv_1, name: A, email: a@b.example, fleet: null, age: 3}\n", 6, "age"),
        ("objects:\n  drivers:\n    - {id: drv_1}\n", 6, "name"),
        ("objects: [1]\n", 4, "objects"),
        ("page_break: 2026-04-01T00:00:00Z\n", 4, "quotes"),
        ("page_break: 'tomorrow'\n", 4, "RFC 3339"),
        ("page_break: '+P1'\n", 4, "ISO 8601"),
        (
            "objects:\n  stations:\n    - id: chst_1\n      connectors:\n        - {id: a1, tariff: free}\n",
            8,
            "tariff",
        ),
        ("seed: 0x" + "f" * 9_000 + "\n", 4, "seed"),
        ("seed: " + "9" * 5_000 + "\n", 4, "this is no whole number: Exceeds the limit (4300 digits)"),
        ("seed: !!float many\n", 4, "this is no number"),
        ("page_break: 2026-13-45\n", 4, "(column 13)"),
        ("1: one\n", 4, "'1' is no name; write it in quotes (column 1)"),
        ("sample: {charge: {driver: a, no: b}}\n", 4, "'no' is no name; write it in quotes (column 30)"),
        ("? [a]\n: b\n", 4, "this is no name"),
        ("about: an \x00\n", 4, "the character U+0000 is not allowed in YAML (column 11)"),
        ("colour: [\n", 5, "this is not YAML"),
        ("clock: {start: now}\n", 4, "'clock' is here for the second time (column 1)"),
        (
            "sample: {charge: {driver: a, vehicle: b, driver: c}}\n",
            4,
            "'driver' is here for the second time (column 42)",
        ),
    ],
)
def test_fault_is_reported_with_its_line(tmp_path: Path, more: str, line: int, reason: str) -> None:
    """A wrong field or type is refused with the file, its line, and the reason."""
    file = written(tmp_path, "bad", GOOD + more)
    with pytest.raises(BadScenarioError) as refusal:
        read(file)

    assert f"{file}:{line}: " in str(refusal.value)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("clock", "reason"),
    [
        ("1", "clock"),
        ("{start: 2026-04-01}", "quotes"),
        ("{start: '2026-04-01'}", "RFC 3339"),
        ("{start: '9999-04-01T00:00:00Z'}", "year 9998"),
        ("{start: '0001-01-04T00:00:00Z'}", "year 1"),
        ("{speed: .nan}", "clock.speed"),
        ("{speed: 2000000}", "clock.speed"),
    ],
)
def test_bad_clock_is_reported_with_its_line(tmp_path: Path, clock: str, reason: str) -> None:
    """A start or a speed that a clock cannot have is refused."""
    file = written(tmp_path, "bad", f"name: tiny\nabout: A scenario.\nclock: {clock}\n")
    with pytest.raises(BadScenarioError) as refusal:
        read(file)

    assert f"{file}:3: " in str(refusal.value)
    assert reason in str(refusal.value)


@pytest.mark.parametrize(
    ("encoding", "line", "column"), [("latin-1", 4, 8), ("utf-8-sig", None, None), ("utf-16", None, None)]
)
def test_fault_of_the_encoding_is_reported_with_its_place(
    tmp_path: Path, encoding: str, line: int | None, column: int | None
) -> None:
    """UTF-8 and marked UTF-16 are read; another encoding is refused at its first character that is not ASCII."""
    file = tmp_path / "bad.yaml"
    file.write_bytes(f"{GOOD}# A caf\xe9.\n".encode(encoding))
    expected = [] if line is None else [f"{file}:{line}: this is not UTF-8 (column {column})"]

    assert check(str(file)) == expected


def test_reservation_that_is_open_for_months_is_refused(tmp_path: Path) -> None:
    """Lists look for open reservations among those of the last thirty days only."""
    documented = (FIXTURES / "documented.yaml").read_text("utf-8")
    resolves = "resolves: '2026-04-01T03:15:42.123Z'"
    line = documented[: documented.index(resolves)].count("\n") + 1
    file = written(tmp_path, "bad", documented.replace(resolves, "resolves: '2026-05-02T03:15:42.123Z'"))
    with pytest.raises(BadScenarioError) as refusal:
        read(file)

    assert f"{file}:{line}: " in str(refusal.value)
    assert "thirty days" in str(refusal.value)


NESTED: Final = ["[" * 9_000, "[" * 9_000 + "]" * 9_000, "- " * 9_000, "&a [*a]", "a: &a {b: *a}"]


@pytest.mark.parametrize(
    "text", ["", "[]", "a", "name: [", "name: tiny\n\tabout: x\n", "name: {", "\x00", "a: &b *c", "? [a]\n: b", *NESTED]
)
def test_file_without_a_scenario_is_refused(tmp_path: Path, text: str) -> None:
    """Broken YAML, and YAML of another kind, is refused with the name of the file."""
    file = written(tmp_path, "bad", text)
    with pytest.raises(BadScenarioError) as refusal:
        read(file)

    assert file in str(refusal.value)
    assert "line" in str(refusal.value) or ":1: " in str(refusal.value) or "position" in str(refusal.value)


def test_missing_scenario_is_refused_with_the_names() -> None:
    """An unknown name is refused with the names that exist."""
    with pytest.raises(BadScenarioError, match=r"documented.*town"):
        read("atlantis")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cities: 8", "cities: 0"),
        ("stations: 30", "stations: 2"),
        ("past_days: 20", "past_days: -1"),
        ("coming_days: 3", "coming_days: 1\n  goes_on: true"),
        ("coming_days: 3", "goes_on: 'no'\n  coming_days: 3"),
        ("'2026-03-04T12:00:00.000Z'", "'tomorrow'"),
    ],
)
def test_impossible_town_is_refused(empty: Kept, tmp_path: Path, old: str, new: str) -> None:
    """Numbers for which there is no town, and a start that is not an instant, are refused like any other fault."""
    text = Path(HAMLET).read_text("utf-8").replace(old, new)

    assert_refused(empty, tmp_path, text, new.split(":", maxsplit=1)[0].strip("'"))


@pytest.mark.parametrize(
    ("old", "new"),
    [("drivers: 24", "drivers: 0"), ("cariqa_users: 6", "cariqa_users: 0"), ("podero_cars: 6", "podero_cars: 0")],
)
def test_town_without_some_people_is_made_or_refused(empty: Kept, tmp_path: Path, old: str, new: str) -> None:
    """A town without drivers, users or smart vehicles is made as asked, or refused with a reason."""
    file = written(tmp_path, "lone", Path(HAMLET).read_text("utf-8").replace(old, new))
    with closing(open_database(empty.url)) as database:
        try:
            asyncio.run(prepare(database, Worlds(database, vendors=VENDORS), Wanted(file), quiet))
        except BadScenarioError as refusal:
            assert re.search(rf"{re.escape(file)}:\d+: ", str(refusal))  # noqa: PT017 - it need not be refused


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("station: chst_l3AWdoy5rP8bBPVJODn8TPpdxQTAsYAK", "station: chst_Nowhere"),
        ("connector: connector_a2", "connector: connector_z9"),
        ("vehicle: veh_DocumentedPoderoVehicle000000000", "vehicle: veh_None"),
        ("driver: drv_MeVPeA4p1YkuWfAFBkMw7ic0tFccgUth", "driver: drv_None"),
        ("id: cs_DocumentedOlderSession0000000000", "id: cs_AL1gQKYwRle76eKq2ecf3AR88uVOoAj4"),
        ("unplugged: '2026-03-31T12:40:03.000Z'", "unplugged: '2026-04-09T12:40:03.000Z'"),
        ("outcome: expired", "outcome: exploded"),
    ],
    ids=["station", "connector", "vehicle", "driver", "twice", "too long", "outcome"],
)
def test_impossible_objects_are_refused(empty: Kept, tmp_path: Path, old: str, new: str) -> None:
    """An object with an unknown reference, the id of another, more than a week or an unknown end is refused."""
    documented = re.sub(r"\nkeys:\n(  .*\n)+", "\n", (FIXTURES / "documented.yaml").read_text("utf-8"))

    assert_refused(empty, tmp_path, documented.replace(old, new), new.split(": ")[1].strip("'"))


def assert_refused(empty: Kept, folder: Path, text: str, reason: str) -> None:
    """The scenario is refused with its file, a line and the reason, and no world of it exists."""
    file, database = written(folder, "bad", text), open_database(empty.url)
    with closing(database), pytest.raises(BadScenarioError) as refusal:
        asyncio.run(prepare(database, Worlds(database, vendors=VENDORS), Wanted(file), quiet))

    assert re.search(rf"{re.escape(file)}:\d+: ", str(refusal.value))
    assert reason in str(refusal.value)
    assert empty.rows("SELECT name FROM world WHERE name = 'default'") == []


def written(folder: Path, name: str, text: str) -> str:
    file = folder / f"{name}.yaml"
    file.write_text(text, "utf-8")
    return str(file)
