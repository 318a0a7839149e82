"""The magic ids that a world shows under telling names are those of the fixtures, and behave as they are named."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from app.data_files import FIXTURES
from app.domain.clock import MINUTE, SECOND, instant
from app.domain.models import Card
from app.main import VENDORS
from app.scenario.files import Source
from app.scenario.instants import Week
from app.scenario.language import language
from app.scenario.objects import Objects

_MONDAY: Final = instant("2026-03-02T00:00:00Z")
_ROOT: Final = Path(__file__).resolve().parents[2]
_GENERATED: Final = "control-api.md"
"""It has the examples of the contract, with ids that a caller is told by other answers."""
_PAGES: Final = (_ROOT / "README.md", *sorted(it for it in (_ROOT / "docs").rglob("*.md") if it.name != _GENERATED))
_ID: Final = re.compile(r"[a-z]+_Magic[A-Za-z0-9]{27}|00000000-0000-4000-8000-0000000000[a-d][0-9]")
_CARDS: Final = {
    "declined_card": Card.DECLINED,
    "authentication_required_card": Card.NEEDS_AUTHENTICATION,
    "fails_later_card": Card.FAILS_AT_SETTLEMENT,
}


@pytest.mark.parametrize("vendor", ["charge", "cariqa"])
@pytest.mark.parametrize("name", _CARDS)
def test_card_behaves_as_named(vendor: str, name: str) -> None:
    """Each of the three cards fails in its way."""
    cards = {it.id: it.card for it in objects().payment_methods}

    assert cards[magic(vendor)[name]] is _CARDS[name]


def test_user_with_cards_has_the_cards() -> None:
    """The four cards of Cariqa belong to one user, and one of them is good."""
    cards = {it.id: it for it in objects().payment_methods}
    ids = magic("cariqa")
    named = [cards[value] for name, value in ids.items() if name.endswith("_card")]

    assert [it.user for it in named] == [ids["user_with_cards"]] * 4
    assert cards[ids["good_card"]].card is Card.GOOD


def test_users_behave_as_named() -> None:
    """One user has an unpaid session, one has no billing details."""
    ids = magic("cariqa")

    assert [it.user for it in objects().sessions if it.settles_after_s is None] == [ids["user_with_debt"]]
    assert [it.id for it in objects().users if not it.has_billing_data] == [ids["user_without_billing_details"]]


def test_stations_behave_as_named() -> None:
    """Charge names them by station and connector, Cariqa by EVSE id, and both mean the same ones."""
    stations = {it.id: it for it in objects().stations}
    ids, evse = magic("charge"), magic("cariqa")
    named = {
        kind: {each.id: each for each in stations[ids[f"{kind}_station"]].connectors}
        for kind in ("offline", "faulty", "silent")
    }
    first, second = ids["connector"], ids["out_of_service_connector"]

    assert not stations[ids["offline_station"]].online
    assert named["faulty"][first].faults_after_s == named["silent"][first].silent_after_s == 10 * MINUTE // SECOND
    assert not named["faulty"][second].in_service
    assert [connectors[first].evse_id for connectors in named.values()] == [evse[f"{kind}_evse_id"] for kind in named]
    assert named["faulty"][second].evse_id == evse["out_of_service_evse_id"]


def test_virtual_points_behave_as_named() -> None:
    """One has no progress, one has ten messages of it."""
    [cariqa] = [vendor for vendor in VENDORS if vendor.name == "cariqa"]
    progress = {each.evse_id: each.progress for _, connectors in cariqa.first_stations(_MONDAY) for each in connectors}

    assert progress[magic("cariqa")["no_progress_evse_id"]] == 0
    assert progress[magic("cariqa")["progress_evse_id"]] == 10


def test_vehicles_behave_as_named() -> None:
    """Charge's comes nearly full; Podero's three belong to one owner, and are where their names say."""
    vehicles = {it.id: it for it in objects().vehicles}
    by_uuid = {str(it.uuid): it for it in vehicles.values()}
    ids = magic("podero")
    three = [by_uuid[value] for name, value in ids.items() if name.endswith("_vehicle")]

    assert vehicles[magic("charge")["nearly_full_vehicle"]].arrives_with == 0.97
    assert [(it.org, it.owner) for it in three] == [(ids["org_id"], ids["user_id"])] * 3
    assert [it.model for it in three] == ["Never at home", "Plugged in", "Not plugged in"]


def test_pages_name_magic_ids_only() -> None:
    """Each magic id in the documentation is one that a world shows."""
    named = {value for vendor in VENDORS for value in vendor.magic.values()}
    printed = {found for page in _PAGES for found in _ID.findall(page.read_text("utf-8"))}

    assert printed
    assert printed - named == set()


def test_ids_stand_in_the_documentation() -> None:
    """Each object that a world shows as magic is explained there; connectors are, beside their stations."""
    text = "".join(page.read_text("utf-8") for page in _PAGES)
    ids = {value for vendor in VENDORS for value in vendor.magic.values() if _ID.fullmatch(value)}

    assert len(ids) > 15
    assert [each for each in ids if each not in text] == []


@cache
def magic(vendor: str) -> Mapping[str, str]:
    """The magic ids of a vendor, by their names."""
    return next(each.magic for each in VENDORS if each.name == vendor)


@cache
def objects() -> Objects:
    """The magic objects of the fixtures."""
    path = FIXTURES / "catalogue" / "magic.yaml"
    return language(VENDORS).objects.model_validate(Source(path, path.read_bytes()).data(), context=Week(_MONDAY))
