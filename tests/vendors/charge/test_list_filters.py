"""A filter gives exactly the rows that meet it, alone and combined with others, at every instant."""

from operator import eq, ge, gt, le, lt
from random import Random
from typing import Final
from urllib.parse import urlencode

import pytest

from app.domain.clock import MILLISECOND, instant, millis
from tests.conftest import Sandbox
from tests.vendors.charge.pages import LATER, SESSIONS, Row, every, ids, page

CONDITIONS: Final = {"created": eq, "created[gt]": gt, "created[gte]": ge, "created[lt]": lt, "created[lte]": le}
INSTANTS: Final = ("2026-02-20T08:00:00.000Z", "2026-03-04T12:00:00.000Z", "2026-03-05T17:45:30.250Z", LATER)


@pytest.mark.parametrize("name", ["driver", "fleet", "vehicle", "status"])
def test_each_filter_works_alone(sandbox: Sandbox, name: str) -> None:
    """A filter gives exactly the rows with its value, in the order of the list."""
    found = every(sandbox)
    values = sorted({row[name] for row in found if row[name] is not None})
    expected = {value: ids(row for row in found if row[name] == value) for value in values}

    actual = {value: ids(every(sandbox, f"{SESSIONS}?{name}={value}")) for value in values}

    assert len(values) > 2
    assert expected == actual


def test_charge_007_an_unknown_id_matches_no_session(sandbox: Sandbox) -> None:
    """An unknown id, or an id of another kind, is not an error: the page is empty and has no links."""
    empty: Row = {"data": [], "next_page_url": None, "previous_page_url": None}
    others = [sandbox.world()["sample"]["charge"]["payment_method"], "drv_Unknown000000000000000000000000", "0", "'"]

    actual = [
        page(sandbox, f"{SESSIONS}?{urlencode({name: value})}")
        for name in ("driver", "fleet", "vehicle")
        for value in others
    ]

    assert [empty] * 12 == actual


@pytest.mark.parametrize("condition", CONDITIONS)
def test_charge_011_each_condition_on_created_works_alone(sandbox: Sandbox, condition: str) -> None:
    """Each condition is exact to the millisecond, at the instants of rows and directly beside them."""
    found = every(sandbox)
    shown = [instant(found[index]["created"]) for index in (0, len(found) // 2, -1)]
    bounds = [millis(at + beside * MILLISECOND) for at in shown for beside in (-1, 0, 1)]
    expected = {bound: ids(row for row in found if CONDITIONS[condition](row["created"], bound)) for bound in bounds}

    actual = {bound: ids(every(sandbox, f"{SESSIONS}?{urlencode({condition: bound})}")) for bound in bounds}

    assert expected == actual


def test_charge_011_conditions_on_created_are_combined(sandbox: Sandbox) -> None:
    """Several conditions give the rows that meet all of them, and no rows if they contradict each other."""
    found = every(sandbox)
    older, newer = found[300]["created"], found[120]["created"]
    spans = [
        {"created[gt]": older, "created[lt]": newer},
        {"created[gte]": older, "created[lte]": newer},
        {"created[gt]": older, "created[gte]": older, "created[lte]": newer},
        {"created": newer, "created[gte]": older},
        {"created": newer, "created[gt]": newer},
        {"created[gt]": newer, "created[lt]": older},
    ]

    actual = [ids(every(sandbox, f"{SESSIONS}?{urlencode(span)}")) for span in spans]

    assert [_matching(found, span) for span in spans] == actual
    assert [len(each) for each in actual] == [179, 181, 180, 1, 0, 0]


def test_created_may_be_written_in_any_offset_and_precision(sandbox: Sandbox) -> None:
    """The same instant in another offset or with more digits gives the same rows; half a millisecond more does not."""
    row = every(sandbox)[7]
    local = millis(instant(row["created"]) + 2 * 3600 * 1000 * MILLISECOND).replace("Z", "+02:00")
    longer = row["created"].replace("Z", "000000Z")
    beside = row["created"].replace("Z", "500Z")
    lower = row["created"].lower()

    actual = {
        at: ids(every(sandbox, f"{SESSIONS}?{urlencode({'created': at})}")) for at in (local, longer, beside, lower)
    }

    assert actual == {local: [row["id"]], longer: [row["id"]], beside: [], lower: [row["id"]]}


def test_filters_are_combined(sandbox: Sandbox) -> None:
    """Forty random combinations of filters give the rows that a search of the whole list gives."""
    found, rng = every(sandbox), Random("filters")
    combinations = [_combination(found, rng) for _ in range(40)]

    actual = [ids(every(sandbox, f"{SESSIONS}?{urlencode(asked)}")) for asked in combinations]

    assert [_matching(found, asked) for asked in combinations] == actual
    assert sum(map(bool, actual)) > 20


@pytest.mark.parametrize("at", INSTANTS)
def test_the_status_filter_agrees_with_the_rows_at_any_instant(sandbox: Sandbox, at: str) -> None:
    """At each instant a row is found under the status that it shows, and under no other."""
    found = every(sandbox, at=at)
    statuses = ("active", "completed", "cancelled", "failed")
    expected = {status: ids(row for row in found if row["status"] == status) for status in statuses}

    actual = {status: ids(every(sandbox, f"{SESSIONS}?status={status}", at=at)) for status in statuses}

    assert expected == actual
    assert sum(map(len, actual.values())) == len(found)


def test_every_status_occurs(sandbox: Sandbox) -> None:
    """A town has sessions of each of the four statuses."""
    assert {row["status"] for row in every(sandbox)} == {"active", "completed", "cancelled", "failed"}


def _combination(found: list[Row], rng: Random) -> dict[str, str]:
    """Some filters, most of them taken from one row so that something is left."""
    row = rng.choice(found)
    asked = {
        name: str(rng.choice(found)[name] if rng.random() < 0.2 else row[name])
        for name in rng.sample(["driver", "fleet", "vehicle", "status"], rng.randrange(5))
        if row[name] is not None
    }
    for condition in rng.sample(list(CONDITIONS)[1:], rng.randrange(3)):
        asked[condition] = rng.choice(found)["created"]
    return {name: value for name, value in asked.items() if value != "None"}


def _matching(found: list[Row], asked: dict[str, str]) -> list[str]:
    """The rows of the whole list that meet the filters."""
    return ids(row for row in found if all(_meets(row, name, value) for name, value in asked.items()))


def _meets(row: Row, name: str, value: str) -> bool:
    condition = CONDITIONS.get(name)
    return bool(condition(row["created"], value)) if condition else row[name] == value
