"""What is served, how well it is known and what replaces the rest is listed: as JSON and as a page."""

import re
from typing import Any

import pytest

from app.main import VENDORS
from app.web import documented
from tests.conftest import Sandbox
from tests.contract.written import REPOSITORY, operations

NAMES = [vendor.name for vendor in VENDORS]


@pytest.mark.parametrize("name", NAMES)
def test_listing_has_every_documented_operation(untouched: Sandbox, name: str) -> None:
    """The rows of a vendor are its inventory, in its order, and their numbers are those that are told above them."""
    vendor = next(vendor for vendor in VENDORS if vendor.name == name)
    shown = _listed(untouched, name)
    rows = shown["operations"]

    assert [(row["method"], row["path"], row["name"]) for row in rows] == [
        (each.method, each.path, each.name) for each in vendor.inventory
    ]
    assert shown["documented"] == len(rows)
    for status in ("served", "superseded"):
        assert shown[status] == sum(row["status"] == status for row in rows)


@pytest.mark.parametrize("name", NAMES)
def test_served_operations_are_those_of_the_contract(untouched: Sandbox, name: str) -> None:
    """Each operation of the contract is there once, as served, with its fidelity, its source and its quirks."""
    written = {operation.name: operation.written for operation in operations() if operation.contract == name}
    rows = [row for row in _listed(untouched, name)["operations"] if row["status"] == "served"]

    assert sorted(row["operation_id"] for row in rows) == sorted(written)
    for row in rows:
        it = written[row["operation_id"]]
        assert (row["fidelity"], row["source"]) == (it["x-fidelity"], it.get("x-source"))
        assert row["quirks"] == it.get("x-quirks", [])
        assert row["reason"] is None


@pytest.mark.parametrize("name", NAMES)
def test_other_operations_have_a_reason(untouched: Sandbox, name: str) -> None:
    """An operation that is not served says why, and one that is superseded names what replaces it."""
    vendor = next(vendor for vendor in VENDORS if vendor.name == name)
    instead = {each.name: each.instead for each in vendor.inventory}

    for row in _listed(untouched, name)["operations"]:
        if row["status"] != "served":
            assert row["operation_id"] is row["fidelity"] is row["source"] is None
            assert (row["status"] == "superseded") == (instead[row["name"]] is not None)
            assert (instead[row["name"]] or "Not emulated yet") in row["reason"]


def test_page_is_up_to_date() -> None:
    """`docs/fidelity.md` is what `python -m app fidelity` prints; that command writes it anew."""
    written = (REPOSITORY / "docs" / "fidelity.md").read_text("utf-8")

    assert written == documented.markdown(VENDORS), "run: python -m app fidelity > docs/fidelity.md"


def test_readme_tells_how_much_is_answered() -> None:
    """The README has the sentence that is made from inventories and contracts, which counts every operation once."""
    told = documented.coverage(documented.listing(VENDORS))
    numbers = [int(each) for each in re.findall(r"\d+", told)]

    assert told in " ".join((REPOSITORY / "README.md").read_text("utf-8").split())
    assert numbers[0] == sum(len(vendor.inventory) for vendor in VENDORS) == numbers[1] + numbers[2]
    assert numbers[1] == sum(numbers[3:]) == len([each for each in operations() if each.contract in NAMES])


def _listed(sandbox: Sandbox, name: str) -> dict[str, Any]:
    """A vendor as the control API lists it."""
    vendors = sandbox.client.get("/_sandbox/v1/fidelity").raise_for_status().json()["vendors"]
    return next(vendor for vendor in vendors if vendor["name"] == name)
