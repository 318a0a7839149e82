"""A damaged or foreign file is refused with the line of the fault, the part at fault, and the reason."""

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing, closing
from typing import Any, Final

import pytest

from app.archive import archives
from app.archive.json_reader import BadDocumentError
from app.main import VENDORS
from app.store.database.url import open_database
from app.worlds.exports import export_world
from tests.conftest import made_in
from tests.databases import SqliteFiles

File = dict[str, Any]
Damage = Callable[[File], object]
FOREIGN: Final = "this is not a world that Wattif has exported"


def beside_the_vehicle(file: File) -> None:
    """Adds a session of a vehicle that is plugged in at that time."""
    _beside(file, station="chst_DocumentedHome000000000000000000", connector="connector_a1")


def beside_the_connector(file: File) -> None:
    """Adds a session at a connector at which another vehicle is plugged in at that time."""
    _beside(file, vehicle="veh_DocumentedCariqaVehicle000000000")


def _beside(file: File, **other: str) -> None:
    named = {"n": 0, "id": "cs_Beside00000000000000000000000000", "uuid": "00000000-0000-4000-8000-00000000ffff"}
    file["sessions"].append({**file["sessions"][1], **named, **other})


@pytest.fixture(scope="module")
def exported(sqlite_files: SqliteFiles) -> bytes:
    """The file of the documented world."""

    async def written() -> bytes:
        async with aclosing(export_world(database, "documented")) as pieces:
            return b"".join([piece async for piece in pieces])

    with closing(open_database(made_in(sqlite_files, scenario="documented").url)) as database:
        return asyncio.run(written())


@pytest.mark.parametrize(
    ("raw", "line", "reason"),
    [
        (b"", 1, FOREIGN),
        (b"\n\nhello", 3, FOREIGN),
        (b"[1, 2]", 1, FOREIGN),
        (b'{"openapi": "3.1.0"}', 1, FOREIGN),
        (b'{"wattif": "export"}', 1, "there is no such version"),
        (b'{"wattif": "export",\n"version": 2, "worlds": []}', 2, "version 2 is of a later Wattif"),
        (b'{"worlds": [],\n"wattif": "export",\n"version": 17}', 3, "version 17 is of a later Wattif"),
        (b'{"wattif": "export", "version": "1"}', 1, "there is no such version"),
        (b'{"wattif": "export", "version": 1}', 1, "world is missing"),
        (b'{"wattif": "export", "version": 1,\n"world": {},\n"cars": []}', 3, "cars: an export has no such member"),
        (b'{"wattif": "export", "version": 1,\n"fleets": [],\n"fleets": []}', 3, "fleets: this is there already"),
        (b'{"wattif": "export", "version": 1,\n"fleets": {}}', 2, "fleets: this is a list"),
        (b'{"wattif": "export",\n"version": 1,\n"fleets": [', 3, "this is not JSON: Expecting value (column 12)"),
        (b'{"wattif": "export", "version": 1\n"fleets": []}', 2, "this is not JSON: ',' is expected (column 1)"),
        (b'{"wattif": "export", "version": 1,\n"fleets": [NaN]}', 2, "NaN is not a number (column 12)"),
        (
            b'{"wattif": "export", "version": 1,\n"fleets": [\n{"id": "a",  "id": "b"}]}',
            3,
            "'id' is here for the second",
        ),
        (b'{"wattif": "export", "version": 1,\n"fleets": [\n{"id": [{"a": 1}, {"b": 1, "b": 1}]}]}', 3, "(column 28)"),
        (b'{"wattif": "export", "version": 1,\n"world": {"seed": 1, "seed": 2}}', 2, "'seed' is here for the second"),
        (b'{"wattif": "export", "version": 1,\n"fleets": [' + b"[" * 100_000, 2, "this is not JSON"),
        (b'{"wattif": "export", "version": 1,\n"fleets": [' + b"9" * 10_000 + b"]}", 2, "10,000 digits"),
        (b'{"wattif": "export", "version": 1,\n"fleets": ["\xff"]}', 2, "this is not UTF-8 (column 13)"),
        (b"\x89PNG\r\n\x1a\n", 1, "this is not UTF-8"),
    ],
)
def test_foreign_file_is_refused(raw: bytes, line: int, reason: str) -> None:
    """The refusal has the line and the reason."""
    refused(raw, line, reason)


@pytest.mark.parametrize(
    ("where", "value", "reason"),
    [
        ("world.seed", -1, "at least 0"),
        ("world.name", "No name", "must have the form"),
        ("world.monday", "2026-03-31T00:00:00Z", "not a Monday"),
        ("world.clock.now", None, "a clock ends with"),
        ("world.clock.speed", 1e300, "at most 1000000"),
        ("world.next_n", 3, "is there already"),
        ("world.first_n", 99, "this is after"),
        ("world.sample.charge", {"car": "x"}, "no such name here"),
        ("world.wattif", 1, "no such name here"),
        ("fleets.0.id", "flt_ \0", "an id is flt_ and up to 64 letters or digits"),
        ("fleets.0.name", "\0", "NUL"),
        ("fleets.0.name", "\ud800", "half of a surrogate"),
        ("fleets.0.name", "x" * 501, "up to 500 characters"),
        ("fleets.0.name", None, "must be text"),
        ("drivers.0.fleet", "flt_Unknown", "there is no such name here"),
        ("attachments.0.driver", "drv_Unknown", "there is no drv_Unknown among the drivers"),
        ("attachments.0.target", "flt_Unknown", "there is no flt_Unknown among the"),
        ("attachments.0.kind", "user", "must have the form"),
        ("payment_methods.0.fleet", "flt_Unknown", "there is no flt_Unknown among the fleets"),
        ("payment_methods.0.kind", "coin", "must be 'card'"),
        ("fleets.0.status", "Active", "must have the form"),
        ("fleets.0.policy_ids", "pol_One", "a list of up to 1000 ids"),
        ("fleets.0.policy_ids", [1], "an id is text"),
        ("fleets.0.details", "{}", "names with values"),
        ("fleets.0.details", {"a": "\0"}, "neither NUL nor half"),
        ("fleets.0.details", {"\ud800": 1}, "neither NUL nor half"),
        ("fleets.0.details", {"a": 1 << 64}, "a number has up to 64 bits"),
        ("fleets.0.details", {"a": 1e999}, "not a number"),
        ("fleets.0.details", {"a": "x" * 100_000}, "more than 100,000 characters"),
        ("fleets.0.details", json.loads("[" * 17 + "]" * 17), "names with values"),
        ("fleets.0.details", {"a": json.loads("[" * 17 + "]" * 17)}, "more than 16 levels"),
        ("documents.0.vendor", "post", "must have the form"),
        ("documents.0.kind", "An account", "must have the form"),
        ("documents.0.body", None, "names with values"),
        ("users.0.driver", "drv_Unknown", "there is no drv_Unknown among the drivers"),
        ("users.0.has_billing_data", 1, "true or false"),
        ("payment_methods.0.user", "unknown", "there is no unknown among the users"),
        ("payment_methods.0.card", "golden", "must have the form"),
        ("payment_methods.0.declined_from", "yesterday", "not an RFC 3339 timestamp"),
        ("vehicles.0.home", "chst_Nowhere", "there is no chst_Nowhere among the stations"),
        ("vehicles.0.battery_wh", 0, "greater than 0"),
        ("vehicles.0.battery_wh", 1 << 64, "10000000"),
        ("vehicles.0.ac_phases", 0, "at least 1"),
        ("vehicles.0.dc", [[0, 50]], "2 to 500 points"),
        ("vehicles.0.dc", [[0, 50], [0, 10]], "lies after the one before"),
        ("vehicles.0.dc", [[0, 50], [1, "much"]], "lists of 2 numbers"),
        ("stations.0.latitude", 52.5, "must be text"),
        ("stations.0.operator", 'A "quoted" one', "must have the form"),
        ("connectors.0.station", "chst_Nowhere", "there is no chst_Nowhere among the stations"),
        ("connectors.0.tariff", "for free", "not a tariff"),
        ("connectors.0.power_kw", 1e308, "at most 10000"),
        ("sessions.0.n", 1 << 63, "no number is greater"),
        ("sessions.0.n", True, "whole number"),
        ("sessions.0.channel", "podero", "must have the form"),
        ("sessions.0.connector", "connector_z9", "has no connector_z9"),
        ("sessions.0.vehicle", "veh_Unknown", "there is no veh_Unknown among the vehicles"),
        ("sessions.0.soc_end", 1.01, "at most 1"),
        ("sessions.0.rating", 6, "at most 5"),
        ("sessions.0.created_at", "2026-03-24T01:00:00Z", "this is before created_at"),
        ("sessions.0.created_at", None, "plans end with"),
        ("sessions.0.unplugged_at", "2027-01-01T00:00:00Z", "within seven days"),
        ("sessions.0.ended_at", "2027-01-01T00:00:00Z", "this is before ended_at"),
        ("sessions.0.settled_at", "2020-01-01T00:00:00Z", "this is before ended_at"),
        ("sessions.0.at_home", True, "all columns of smart charging or none"),
        ("sessions.0.plan", [], "1 to 500 rows"),
        ("sessions.0.plan", [[0, 0, 11, 0]], "0 in its last row"),
        ("sessions.0.plan", [[0, 0, -11, 0], [1, 11, 0, 0]], "never negative"),
        ("sessions.0.plan", [[1, 0, 11, 0], [0, 11, 0, 0]], "begins with hour and energy"),
        ("sessions.0.plan", [[0, 0, 11, 0], [2, 11, 0, 0]], "no less than its power has delivered"),
        ("sessions.0.plan", [[0, 0, 11, 1e9], [2, 22, 0, 0]], "grows too fast"),
        ("sessions.0.plan", [[0, 0, 0, 0], [200, 0, 0, 0]], "within seven days"),
        ("sessions.0.plan", [[0, 0, 0]], "lists of 4 numbers"),
        ("sessions.0.plan", [[0] * 4] * 501, "1 to 500 rows"),
        ("sessions.0.plan", [[0, 0, 900, 0], [0.5, 450, 0, 0]], "900 kW are more than the"),
        ("sessions.0.plan", [[0, 0, 0, 0], [100, 900, 0, 0]], "900 kWh are more than the"),
        ("sessions.0.plan", [[0, 0, 0, 0], [0.1, 12, 0, 0]], "12 kWh do not flow in 0.1 hours"),
        ("sessions.0.energy_wh", 1, "1 is not the"),
        ("sessions.0.kwh_cost", 1, "1 is not the"),
        ("sessions.0.session_cost", 1, "1 is not the"),
        ("sessions.0.starting_cost", 1, "1 is not the"),
        ("sessions.0.time_cost", 1 << 40, "is not the"),
        ("sessions.0.blocking_cost", 1 << 40, "is not the"),
        ("sessions.0.id", "cs_Short", "an id is cs_ and 32 letters or digits"),
        ("sessions.0.tariff", "eur vat=19 kwh=0.5 kwh=0.4", "'kwh' is here for the second time"),
        ("connectors.0.tariff", "eur vat=119 kwh=0.5", "VAT is at most 100 percent"),
        ("stations.0.latitude", "90.000001", "not on the globe"),
        ("reservations.0.id", "res_Short", "an id is res_ and 32 letters or digits"),
        ("reservations.0.reserved_end", "2026-01-01T00:00:00Z", "this is before reserved_start"),
        ("reservations.0.ideal_end", "2026-01-01T00:00:00Z", "this is before ideal_start"),
        ("reservations.0.confirms_at", "2026-01-01T00:00:00Z", "this is before created_at"),
        ("reservations.0.failed_reason", "other", "a reservation has one if it fails"),
        ("reservations.0.resolves_at", None, "within thirty days"),
        ("reservations.0.session", 12345, "there is no session 12345"),
        ("reservations.0.connector_type", "Schuko", "'CCS', 'CHAdeMO' or 'Type2'"),
    ],
)
def test_damaged_part_is_refused(exported: bytes, where: str, value: object, reason: str) -> None:
    """The refusal has its line, the steps that lead to it, and the reason."""
    file = json.loads(exported)
    *way, last = where.split(".")
    part: Any = file
    for step in way:
        part = part[int(step) if step.isdigit() else step]
    part[last] = value
    text = laid_out(file)
    line = text.count("\n", 0, text.index(f'\n"{way[0]}": ')) + 2 + (way[1:2] == ["0"])

    refused(text.encode(), line, reason)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda it: it["sessions"].append(it["sessions"][0]), "is there already"),
        (lambda it: it["sessions"].append({**it["sessions"][0], "n": 0}), "is there already"),
        (lambda it: it["connectors"].append(it["connectors"][0]), "is there already"),
        (lambda it: it["connectors"][1].update(evse_id=it["connectors"][0]["evse_id"]), "is there already"),
        (lambda it: it["fleets"].clear(), "among the fleets"),
        (lambda it: it["attachments"].append(it["attachments"][0]), "is there already"),
        (lambda it: it["documents"].append({**it["documents"][0], "n": 9_999}), "is there already"),
        (lambda it: it["documents"].append({**it["documents"][0], "id": "acct_Other"}), "is there already"),
        (lambda it: it["fleets"].append({**it["fleets"][0], "id": "flt_Other"}), "is there already"),
        (lambda it: it["sessions"][0].pop("n"), "this is missing"),
        (lambda it: it["sessions"][0].update(status="active"), "no such name here"),
        (beside_the_vehicle, "is plugged in there until"),
        (beside_the_connector, "is plugged in there until"),
        (lambda it: it["stations"].append("a station"), "names with values"),
        (lambda it: it.pop("reservations"), "reservations is missing"),
    ],
)
def test_contradictory_rows_are_refused(exported: bytes, damage: Damage, reason: str) -> None:
    """Duplicate ids, unknown references, overlapping sessions, and missing or unknown members are refused."""
    file = json.loads(exported)
    damage(file)

    refused(json.dumps(file).encode(), 1, reason)


def test_line_is_that_of_the_member(exported: bytes) -> None:
    """The line is right where an object is spread over many lines, too."""
    file = json.loads(exported)
    file["stations"][2]["longitude"] = "far in the west"
    text = json.dumps(file, indent=2)

    refused(text.encode(), text.count("\n", 0, text.index("far in the west")) + 1, "stations.2.longitude")


def test_reason_is_short(exported: bytes) -> None:
    """A long value or a long name does not make the reason long."""
    file = json.loads(exported)
    file["connectors"][0]["tariff"] = file["connectors"][0]["x" * 100_000] = "for free" * 100_000

    with pytest.raises(BadDocumentError) as refusal:
        archives.read(json.dumps(file).encode(), VENDORS)

    assert len(str(refusal.value)) < 1_000


def test_undamaged_file_is_read(exported: bytes) -> None:
    """It is read as it is, and in another layout."""
    archives.read(exported, VENDORS)
    archives.read(json.dumps(json.loads(exported), indent=1, sort_keys=True).encode(), VENDORS)


def laid_out(file: File) -> str:
    """The file with each row on a line of its own, as it is exported."""
    members = []
    for name, part in file.items():
        rows = ",\n".join(map(json.dumps, part)) if isinstance(part, list) else ""
        members.append(f'"{name}": ' + (f"[\n{rows}\n]" if isinstance(part, list) else json.dumps(part)))
    return "{" + ",\n".join(members) + "}"


def refused(raw: bytes, line: int | None, reason: str) -> None:
    with pytest.raises(BadDocumentError) as refusal:
        archives.read(raw, VENDORS)

    assert reason in refusal.value.reason
    assert line in {None, refusal.value.line}
