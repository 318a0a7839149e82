"""The prices of a station are those of the tariff under which a session there is billed."""

from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import Sandbox
from tests.control.test_simulate import simulate
from tests.vendors.cariqa.stations import Body, details, sample_evse

pytestmark = pytest.mark.own_server

ALL_DAY = {"time_from": "00:00", "time_to": "23:59"}
ALWAYS = {"date_from": "1970-01-01", "date_to": "9999-12-31"}


def groups(sandbox: Sandbox, tariff: str, *, power_kw: float = 22, at: str | None = None) -> list[Body]:
    """The price groups of the sample station when all its connectors have that tariff and power."""
    sandbox.kept.run(
        "UPDATE connector SET tariff = :tariff, power_kw = :power WHERE station = :station",
        tariff=tariff,
        power=power_kw,
        station=sandbox.opened()["sample"]["charge"]["charging_station"],
    )
    found: list[Body] = details(sandbox, sample_evse(sandbox), at=at)["price_groups"]
    return found


def items(group: Body, name: str) -> list[Body]:
    """The items of a price, which has the same on all days."""
    assert list(group["prices"][name]) == ["ALL"]
    found: list[Body] = group["prices"][name]["ALL"]
    return found


def test_cariqa_043_gross_price_is_net_and_per_hour(sandbox: Sandbox) -> None:
    """What is called gross has no VAT, and is per hour where time is billed.

    Customers see VAT, and minutes (CARIQA-043).
    """
    tariff = "eur vat=19 kwh=0.453 hour=3 session=0.84 starting=0.4958 blocking=0.084 grace=240 cap=12.00"
    [group] = groups(sandbox, tariff)
    usual: Body = {**ALL_DAY, **ALWAYS, "grace_period_minutes": None, "tax": 19, "blocking_cap": None}

    assert list(group["prices"]) == ["time_price", "kwh_price", "blocking_fee", "session_fee", "starting_fee"]
    assert items(group, "kwh_price") == [usual | {"gross_price": "0.453", "user_facing_price": "0.54"}]
    assert items(group, "time_price") == [usual | {"gross_price": "3.00", "user_facing_price": "0.06"}]
    assert items(group, "session_fee") == [usual | {"gross_price": "0.84", "user_facing_price": "1.00"}]
    assert items(group, "starting_fee") == [usual | {"gross_price": "0.4958", "user_facing_price": "0.59"}]
    assert items(group, "blocking_fee") == [
        usual
        | {
            "gross_price": "5.04",
            "user_facing_price": "0.10",
            "grace_period_minutes": 240,
            "blocking_cap": "12.00",
        }
    ]


def test_a_price_that_a_tariff_does_not_have_is_null(sandbox: Sandbox) -> None:
    """A free connector has no price at all, and nothing is held for it."""
    [group] = groups(sandbox, "eur vat=20")

    assert set(group["prices"].values()) == {None}
    assert (group["currency"], group["pre_authorization_amount"], group["is_fallback"]) == ("eur", "0.00", False)


def test_connectors_of_one_kind_are_a_group(sandbox: Sandbox) -> None:
    """Plug, power and tariff make a group; it is named by the plug, and lists its connectors."""
    evses = [each["evse_id"] for each in details(sandbox, sample_evse(sandbox))["evses"]]
    groups(sandbox, "eur vat=19 kwh=0.453", power_kw=11)
    sandbox.kept.run("UPDATE connector SET power_kw = 150 WHERE evse_id = :evse", evse=evses[0])
    shown = details(sandbox, evses[0])["price_groups"]

    assert [(each["power"], each["evse_ids"]) for each in shown] == [(150, evses[:1]), (11, evses[1:])]
    assert {each["type"] for each in shown} == {"IEC_62196_T2_COMBO"}


@pytest.mark.parametrize(
    ("tariff", "power_kw", "amount"),
    [
        ("eur vat=19 kwh=0.453", 22, "22.00"),
        ("eur vat=19 kwh=0.453", 50, "27.00"),
        ("eur vat=19 kwh=0.453", 150, "33.00"),
        ("eur vat=22 kwh=0.453", 150, "34.00"),
        ("isk vat=24 kwh=50", 50, "3100.00"),
        ("kwd vat=5 kwh=0.1", 50, "5.300"),
    ],
)
def test_cariqa_047_held_amount_is_by_tariff_speed_currency_and_country(
    sandbox: Sandbox, tariff: str, power_kw: float, amount: str
) -> None:
    """It has the decimals of its currency, at least two (CARIQA-047)."""
    [group] = groups(sandbox, tariff, power_kw=power_kw)

    assert group["pre_authorization_amount"] == amount


def test_local_datetime_is_now_by_the_clocks_of_the_station(sandbox: Sandbox) -> None:
    """It has the offset of the station."""
    station = sandbox.opened()["sample"]["charge"]["charging_station"]

    def local(offset: int, at: str) -> str:
        sandbox.kept.run("UPDATE station SET utc_offset_minutes = :offset WHERE id = :id", offset=offset, id=station)
        return str(details(sandbox, sample_evse(sandbox), at=at)["price_groups"][0]["local_datetime"])

    assert local(60, "2026-03-04T23:30:00Z") == "2026-03-05T00:30:00+01:00"
    assert local(-210, "2026-03-04T23:30:00.5Z") == "2026-03-04T20:00:00.500000-03:30"


@pytest.mark.parametrize(
    ("at", "windows"),
    [
        (
            "2026-03-10T23:00:00Z",
            [
                ("0.40", ALWAYS | {"date_to": "2026-03-10"} | ALL_DAY),
                ("0.50", ALWAYS | {"date_from": "2026-03-11"} | ALL_DAY),
            ],
        ),
        (
            "2026-03-11T09:30:20Z",
            [
                ("0.40", ALWAYS | {"date_to": "2026-03-10"} | ALL_DAY),
                (
                    "0.40",
                    {"date_from": "2026-03-11", "date_to": "2026-03-11", "time_from": "00:00", "time_to": "10:29"},
                ),
                (
                    "0.50",
                    {"date_from": "2026-03-11", "date_to": "2026-03-11", "time_from": "10:30", "time_to": "23:59"},
                ),
                ("0.50", ALWAYS | {"date_from": "2026-03-12"} | ALL_DAY),
            ],
        ),
    ],
)
def test_cariqa_044_windows_say_when_a_price_changes(
    sandbox: Sandbox, at: str, windows: list[tuple[str, dict[str, str]]]
) -> None:
    """The old price ends the minute before the new one begins, by the clocks there; then the new one is left.

    That is CARIQA-044.
    """
    station = sandbox.opened()["sample"]["charge"]["charging_station"]
    sandbox.kept.run("UPDATE station SET utc_offset_minutes = 60 WHERE id = :id", id=station)
    groups(sandbox, "eur vat=0 kwh=0.4")
    simulate(sandbox, "default", "price_change", station, at=at, prices={"kwh": "0.5"})

    def shown(instant: str | None) -> list[tuple[str, dict[str, str]]]:
        [group] = details(sandbox, sample_evse(sandbox), at=instant)["price_groups"]
        names = ("date_from", "date_to", "time_from", "time_to")
        return [(each["user_facing_price"], {n: each[n] for n in names}) for each in items(group, "kwh_price")]

    def sorted_windows(found: list[tuple[str, dict[str, str]]]) -> list[Any]:
        return [(price, sorted(window.items())) for price, window in found]

    assert sorted_windows(shown(None)) == sorted_windows(windows)
    assert shown(at) == shown("2026-04-01T00:00:00Z") == [each for each in shown(None) if each[0] == "0.50"]


def test_a_session_is_billed_by_the_shown_prices(sandbox: Sandbox) -> None:
    """Its energy at the shown net price and tax comes to its cost."""
    [group, *_] = details(sandbox, sample_evse(sandbox))["price_groups"]
    [item] = items(group, "kwh_price")
    session = sandbox.start().json()["id"]
    sandbox.advance("PT20M")
    ended = sandbox.end(session).json()
    net = Decimal(item["gross_price"]) * Decimal(ended["energy_consumed"]) / 1000

    assert ended["amount_due"] == round(net * (100 + item["tax"]))
