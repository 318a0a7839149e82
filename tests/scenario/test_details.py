"""What a vendor shows of hand-placed objects is kept as it is written, and a fault in it is refused with its line."""

from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from app.domain.clock import DAY, MILLISECOND, NEVER, instant
from app.domain.models import TO_FLEET, TO_VEHICLE
from app.scenario import conversion
from app.scenario.objects import Objects
from tests.served import check, read

MONDAY: Final = instant("2026-01-05T00:00:00Z")
FLEETS: Final = """
  fleets:
    - {id: flt_One, name: One}
    - {id: flt_Two, name: Two, created: '-P2D', updated: '-P1D', status: suspended, policies: [pol_One],
       details: {phone: null}}
"""
PEOPLE: Final = """
  drivers:
    - {id: drv_One, name: One, email: one@a.example, fleet: flt_Two, fleets: [flt_One]}
    - {id: drv_Two, name: Two, email: two@a.example, details: {preferences: {max_price_per_kwh: 0.5, cpos: [a, b]}}}
  payment_methods:
    - {id: pm_One, fleet: flt_One, kind: wallet}
  vehicles:
    - {id: veh_One, make: A, model: B, battery_wh: 50000, dc: [[0, 50], [1, 50]], driver: drv_Two, drivers: [drv_One]}
"""
DOCUMENTS: Final = """
  documents:
    - {vendor: charge, kind: account, id: acct_One, body: {size: 0, type: csv, account: null, parameters: {},
       email: one@a.example, name: One}}
    - vendor: charge
      kind: report
      id: rpt_One
      owner: flt_One
      created: '+P1D'
      status: pending
      stages: [{status: processing, at: '+P1DT1M'}, {status: succeeded, at: '+P1DT5M'}]
      body: {size: 48312, type: csv, account: null, parameters: {}}
"""


def written(folder: Path, objects: str) -> str:
    """The path of a scenario with these objects."""
    file = folder / "small.yaml"
    file.write_text(f"name: small\nabout: Small.\nobjects:{objects}")
    return str(file)


def placed(folder: Path, objects: str) -> Objects:
    """The objects of such a scenario."""
    return read(written(folder, objects)).scenario.objects


def test_fleets_have_places_in_a_list(tmp_path: Path) -> None:
    """Without an instant, each is created a year before the Monday, a millisecond after the one before it."""
    one, two, *_ = conversion.fleets(placed(tmp_path, FLEETS), MONDAY)
    third = conversion.fleets(placed(tmp_path, f"{FLEETS}    - {{id: flt_Three, name: Three}}\n"), MONDAY)[2]

    assert (one.n, one.created_at, one.touched_at) == (0, MONDAY - 365 * DAY, MONDAY - 365 * DAY)
    assert (one.status, one.policy_ids, one.details, one.email) == ("active", (), "{}", None)
    assert (two.n, two.created_at, two.touched_at) == (1, MONDAY - 2 * DAY, MONDAY - DAY)
    assert (two.status, two.policy_ids, two.details) == ("suspended", ("pol_One",), '{"phone":null}')
    assert (third.n, third.created_at) == (2, MONDAY - 365 * DAY + 2 * MILLISECOND)


def test_attachments_follow_the_order_of_the_file(tmp_path: Path) -> None:
    """The single fleet or driver comes before those of the list."""
    found = conversion.attachments(placed(tmp_path, FLEETS + PEOPLE))
    own = [each for each in found if "Magic" not in each.driver]

    assert [(each.driver, each.kind, each.target) for each in own] == [
        ("drv_One", TO_FLEET, "flt_Two"),
        ("drv_One", TO_FLEET, "flt_One"),
        ("drv_Two", TO_VEHICLE, "veh_One"),
        ("drv_One", TO_VEHICLE, "veh_One"),
    ]
    assert [each.n for each in own] == sorted({each.n for each in own})


def test_details_are_kept_as_json(tmp_path: Path) -> None:
    """Names, order and numbers are those of the file."""
    objects = placed(tmp_path, FLEETS + PEOPLE)
    driver = conversion.drivers(objects, MONDAY)[1]
    method = conversion.payment_methods(objects, MONDAY)[0]

    assert driver.details == '{"preferences":{"max_price_per_kwh":0.5,"cpos":["a","b"]}}'
    assert (method.fleet, method.kind, method.driver) == ("flt_One", "wallet", None)


def test_uuids_follow_from_ids(tmp_path: Path) -> None:
    """A vehicle without a UUID gets the same one each time."""
    vehicles = [conversion.vehicles(placed(tmp_path, FLEETS + PEOPLE), MONDAY)[0] for _ in range(2)]

    assert vehicles[0] == vehicles[1]
    assert len(vehicles[0].uuid) == 36


def test_documents_get_their_statuses(tmp_path: Path) -> None:
    """A document has its status from each stage on, and one without stages keeps it."""
    account, report, *_ = conversion.documents(placed(tmp_path, DOCUMENTS), MONDAY)

    assert (account.status(NEVER - 1), account.touched_at) == (None, NEVER)
    assert (report.owner, report.created_at, orjson.loads(report.body)) == (
        "flt_One",
        MONDAY + DAY,
        {"size": 48312, "type": "csv", "account": None, "parameters": {}},
    )
    assert [report.status(report.created_at + seconds * 1_000_000) for seconds in (0, 59, 60, 299, 300)] == [
        *("pending", "pending", "processing", "processing", "succeeded")
    ]


@pytest.mark.parametrize(
    ("objects", "old", "new", "fault"),
    [
        (FLEETS, "{phone: null}", "[phone]", "7: objects.fleets.1.details: this must have names with values"),
        (FLEETS, "{phone: null}", "{phone: 2026-01-01}", "7: objects.fleets.1.details: write 2026-01-01 in quotes"),
        (FLEETS, "{phone: null}", "{phone: .nan}", "7: objects.fleets.1.details: a number is finite"),
        (FLEETS, "{phone: null}", "{phone: 99999999999999999999}", "7: objects.fleets.1.details: a number has up to"),
        (FLEETS, "{phone: null}", r'{phone: "\0"}', "7: objects.fleets.1.details: a text has neither NUL"),
        (FLEETS, "{phone: null}", f"{{a: {'[' * 17}{']' * 17}}}", "7: objects.fleets.1.details: this is nested more"),
        (FLEETS, "phone: null", f"phone: {'x' * 100_000}", "7: objects.fleets.1.details: this has more than 100,000"),
        (FLEETS, "null", "'2026-01-01T00:00:00Z'", "7: objects.fleets.1.details: a clock that starts `now` has no"),
        (FLEETS, "'-P1D'", "'-P3D'", "6: objects.fleets.1.updated: 2026-01-02T00:00:00.000Z is before 2026-01-03"),
        (FLEETS, "suspended", "Suspended!", "6: objects.fleets.1.status: this must have the form"),
        (FLEETS, "pol_One", "One", "6: objects.fleets.1.policies.0: an id is pol_ and"),
        (FLEETS + PEOPLE, "[flt_One]", "[flt_Two]", "10: objects.drivers.0.fleets: flt_Two is there already"),
        (FLEETS + PEOPLE, "[flt_One]", "[flt_Six]", "10: objects.drivers.0.fleets: there is no flt_Six among"),
        (FLEETS + PEOPLE, "[drv_One]", "[drv_Six]", "15: objects.vehicles.0.drivers: there is no drv_Six among"),
        (
            FLEETS + PEOPLE,
            "pm_One, fleet: flt_One",
            "pm_One, fleet: flt_Six",
            "13: objects.payment_methods.0.fleet: the",
        ),
        (DOCUMENTS, "size: 48312", "size: many", "14: objects.documents.1.body.size: this must be a whole number"),
        (FLEETS, "{phone: null}", "{metadata: 1}", "7: objects.fleets.1.details.metadata: this must have names with"),
        (DOCUMENTS, "vendor: charge,", "vendor: post,", "5: objects.documents.0.vendor: this must be 'charge'"),
        (DOCUMENTS, "'+P1DT1M'", "'-P1D'", "13: objects.documents.1.stages.0.at: 2026-01-04T00:00:00.000Z is before"),
        (DOCUMENTS, "'+P1DT5M'", "'+P1D'", "13: objects.documents.1.stages.1.at: 2026-01-06T00:00:00.000Z is before"),
        (DOCUMENTS, "account, id: acct_One", "report, id: rpt_One", "9: objects.documents.1.id: rpt_One is there"),
    ],
)
def test_faults_have_their_lines(tmp_path: Path, objects: str, old: str, new: str, fault: str) -> None:
    """The report begins with the line, the place and the reason."""
    text = objects.replace(old, new, 1)
    file = written(tmp_path, text)
    reports: list[Any] = check(file)

    assert text != objects
    assert reports
    assert reports[0].startswith(f"{file}:{fault}")


def test_timestamps_are_allowed_beside_a_date(tmp_path: Path) -> None:
    """A scenario that starts on a date may have timestamps in details."""
    file = tmp_path / "dated.yaml"
    details = FLEETS.replace("null", "'2026-01-01T00:00:00Z'")
    file.write_text(f"name: dated\nabout: Dated.\nclock: {{start: '2026-01-05T00:00:00Z'}}\nobjects:{details}")

    assert check(str(file)) == []
