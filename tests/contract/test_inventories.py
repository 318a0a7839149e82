"""Every operation that a vendor documents is served, or answered with the vendor's 404 or 405 and a hint."""

import re
from collections import Counter
from typing import Final

import pytest

from app.main import VENDORS
from app.web.operations import HINT
from app.worlds.vendor import Documented, Vendor
from tests.conftest import Sandbox
from tests.contract.written import operations

pytestmark = pytest.mark.one_database

_DOCUMENTED: Final = {"charge": 74, "cariqa": 22, "podero": 43}
"""The number of operations that each vendor's pages have."""
_REPLACED: Final = {"charge": 10}
"""The number of those that later pages replace."""
_WHOLE: Final = {"charge": 64}
"""The vendors of which every other operation is served, and how many those are."""
_EVERY: Final = [(vendor, each) for vendor in VENDORS for each in vendor.inventory]


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_inventory_is_complete(vendor: Vendor) -> None:
    """It has every documented operation once; only one that was replaced may have no path."""
    calls = Counter(_call(each.method, each.path) for each in vendor.inventory if each.path)

    assert len(vendor.inventory) == _DOCUMENTED[vendor.name]
    assert len([each for each in vendor.inventory if each.instead]) == _REPLACED.get(vendor.name, 0)
    assert {each.path is None for each in vendor.inventory if not each.instead} == {False}
    assert set(calls.values()) == {1}


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_served_operations_are_documented(vendor: Vendor) -> None:
    """Every operation of the contract is in the inventory, and is none that later pages replace."""
    documented = {_call(each.method, each.path or "") for each in vendor.inventory if not each.instead}

    assert _written(vendor.name) <= documented


@pytest.mark.parametrize("vendor", [each for each in VENDORS if each.name in _WHOLE], ids=lambda vendor: vendor.name)
def test_vendor_is_served_whole(vendor: Vendor) -> None:
    """Its contract has each operation that later pages do not replace."""
    wanted = {_call(each.method, each.path) for each in vendor.inventory if not each.instead}

    assert _written(vendor.name) == wanted
    assert len(wanted) == _WHOLE[vendor.name]


@pytest.mark.parametrize(("vendor", "each"), _EVERY, ids=lambda it: getattr(it, "name", None))
def test_documented_operation_is_served_or_hinted_at(untouched: Sandbox, vendor: Vendor, each: Documented) -> None:
    """An operation outside the contract is the vendor's own 404, or 405 at a served path, with a hint in a header."""
    if each.path is None:
        return
    answer = untouched.client.request(each.method, re.sub(r"\{[^}]*\}", "x1", each.path))

    if _call(each.method, each.path) in _written(vendor.name):
        assert HINT not in answer.headers
        return
    is_path_served = any(_call("", each.path)[1] == path for _, path in _written(vendor.name))
    assert answer.status_code == (405 if is_path_served else 404)
    assert answer.headers[HINT].startswith(f"{each.name} ({each.method} {each.path}) is documented but not emulated")
    assert answer.headers[HINT].isascii()
    assert (each.instead or "yet") in answer.headers[HINT]


def test_path_that_podero_lacks_is_a_page(untouched: Sandbox) -> None:
    """It is 404 in HTML, as Django answers it, and without a hint."""
    unknown = untouched.client.get("/api/partners/v2.0/device-onboarding/x1/y")

    assert (unknown.status_code, unknown.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert HINT not in unknown.headers


def test_documented_path_is_not_found_in_charges_words(untouched: Sandbox) -> None:
    """The body is that of every other path that Charge lacks."""
    documented, unknown = untouched.client.get("/v1/fleets/x1/drivers"), untouched.client.get("/v1/dragons")

    assert documented.status_code == unknown.status_code == 404
    assert documented.json().keys() == unknown.json().keys()
    assert documented.json()["code"] is unknown.json()["code"] is None


def test_cariqa_004_documented_path_without_its_slash_is_redirected(untouched: Sandbox) -> None:
    """It is redirected to the path with the slash, as that of an operation which is served."""
    answer = untouched.client.get("/api/v1/stations/around?distance=10", follow_redirects=False)

    assert (answer.status_code, answer.headers["Location"]) == (301, "/api/v1/stations/around/?distance=10")


def _written(contract: str) -> set[tuple[str, str]]:
    return {_call(op.method.upper(), op.path) for op in operations() if op.contract == contract}


def _call(method: str, path: str | None) -> tuple[str, str]:
    """Method and path without the names of parameters."""
    return method, re.sub(r"\{[^}]*\}", "{}", path or "")
