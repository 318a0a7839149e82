"""A session shows its exact energy, duration and costs so far."""

import re
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Final

import pytest
import yaml

from app.data_files import FIXTURES
from app.domain.clock import SECOND, instant, micros, millis
from tests.conftest import Sandbox
from tests.vendors.cariqa.users import LATER, Body, every, one

COSTS: Final = ("kwh_cost", "time_cost", "session_fee_cost", "blocking_fee_cost", "starting_fee_cost")
PRICES: Final = ("kwh_price", "time_price", "session_fee", "blocking_fee", "starting_fee", "blocking_cap")
INVOICE: Final = ("invoice_vat", "invoice_summary", "invoice_credits", "invoice_discount")
UNINVOICED: Final = {"invoice_view": "", "invoice_download": None} | dict.fromkeys(INVOICE, "")


def test_cariqa_005_sessions_come_latest_start_first(sandbox: Sandbox) -> None:
    """A user's sessions are sorted by start, newest first, including the active one."""
    starts = [instant(session["start_time"]) for session in every(sandbox)]

    assert all(later > earlier for later, earlier in pairwise(starts))


def test_the_lines_add_up_to_the_invoice(sandbox: Sandbox) -> None:
    """The five costs of an invoiced session add up to its total, and the VAT is a part of it."""
    invoiced = [session["session_cost"] for session in every(sandbox, at=LATER) if not session["is_active"]]
    invoiced += [session["session_cost"] for session in every(sandbox, world="documented")]
    billed = [cost for cost in invoiced if cost["invoice_summary"]]

    assert len(billed) > 10
    for cost in billed:
        assert sum(Decimal(cost[name]) for name in COSTS) == Decimal(cost["invoice_summary"])
        assert 0 <= Decimal(cost["invoice_vat"]) < Decimal(cost["invoice_summary"]) / 4
        assert (cost["invoice_credits"], cost["invoice_discount"]) == ("0.00", "0.00")


def test_cariqa_010_each_line_of_a_bill_is_rounded_once(sandbox: Sandbox) -> None:
    """Each line is net price times quantity times VAT, rounded half up, in a session with every price."""
    full = every(sandbox, world="documented")[0]
    net, cost, prices = _tariff(full["evse_id"]), full["session_cost"], full["user_facing_session_prices"]
    energy, hours = Decimal(full["consumed_energy"]), Decimal(full["duration"]) / 3600
    minutes_over = -(-(full["duration"] - 60 * int(net["grace"])) // 60)
    fees = [net["session"], net["blocking"] * minutes_over, net["starting"]]
    lines = [_gross(line, net["vat"]) for line in (net["kwh"] * energy, net["hour"] * hours, *fees)]
    total = sum(lines, Decimal(0))

    assert [str(line) for line in lines] == [cost[name] for name in COSTS]
    assert str(total) == cost["invoice_summary"]
    assert cost["invoice_vat"] == str(_half_up(total - total * 100 / (100 + net["vat"])))
    assert prices["grace_period_minutes"] == net["grace"]
    assert [prices[name] for name in PRICES] == [
        str(_gross(price, net["vat"]))
        for price in (net["kwh"], net["hour"] / 60, net["session"], net["blocking"], net["starting"])
    ] + [str(net["cap"])]


def test_cariqa_010_a_missing_price_is_null_and_costs_nothing(sandbox: Sandbox) -> None:
    """A price that the tariff does not have is null, and its cost is 0.00."""
    line = dict(zip(PRICES, COSTS, strict=False))

    for session in every(sandbox, at=LATER):
        prices, cost = session["user_facing_session_prices"], session["session_cost"]
        assert {cost[line[name]] for name in line if prices[name] is None} <= {"0.00"}
        assert prices["blocking_fee"] is not None or prices["grace_period_minutes"] is None
        assert prices["blocking_fee"] is not None or prices["blocking_cap"] is None
        assert prices["currency"] == cost["currency"]


def test_figures_are_strings_of_fixed_places(sandbox: Sandbox) -> None:
    """Money has two decimals, energy three, and coordinates six."""
    for session in [*every(sandbox, at=LATER), *every(sandbox, world="documented")]:
        prices, cost, station = (
            session[name] for name in ("user_facing_session_prices", "session_cost", "station_info")
        )
        money = [cost[name] for name in COSTS] + [prices[name] for name in PRICES if prices[name] is not None]
        money += [cost[name] for name in INVOICE if cost[name]]
        assert all(re.fullmatch(r"\d+\.\d{2}", figure) for figure in money)
        assert re.fullmatch(r"\d{1,5}\.\d{3}", session["consumed_energy"])
        assert all(re.fullmatch(r"-?\d{1,3}\.\d{6}", station[name]) for name in ("latitude", "longitude"))


def test_instants_have_microseconds_unless_they_are_zero(sandbox: Sandbox) -> None:
    """An instant has six digits of a second or none."""
    written = [session[name] for session in every(sandbox, at=LATER) for name in ("start_time", "end_time")]
    documented = every(sandbox, world="documented")

    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", text) for text in written)
    assert all(text == micros(instant(text)) for text in written)
    assert [session["end_time"] for session in documented] == ["2026-03-31T12:40:03Z", "2026-03-30T13:51:28.754611Z"]


def test_duration_is_whole_seconds(sandbox: Sandbox) -> None:
    """Duration is the time between start and end, rounded down."""
    for session in every(sandbox, at=LATER):
        lasted = instant(session["end_time"]) - instant(session["start_time"])
        assert session["duration"] == lasted // SECOND


@pytest.mark.own_server
def test_cariqa_009_an_active_session_grows_with_the_clock(sandbox: Sandbox) -> None:
    """While a session is active, its duration, energy and costs never fall, and it has no end and no invoice."""
    made = sandbox.client.post("/_sandbox/v1/worlds", json={"name": "mine", "scenario": "village"}).json()
    user = made["sample"]["cariqa"]["active_user_id"]

    shown = []
    for _ in range(6):
        shown.append(next(it for it in sandbox.cariqa(user, world="mine").json()["results"] if it["is_active"]))
        sandbox.advance("PT15S", "mine")

    durations, energies, costs = zip(*(_growing(session) for session in shown), strict=True)
    assert len({session["id"] for session in shown}) == 1
    assert {session["end_time"] for session in shown} == {None}
    assert {session["rates"] for session in shown} == {None}
    assert [later - earlier for earlier, later in pairwise(durations)] == [15] * 5
    assert list(energies) == sorted(set(energies))
    assert list(costs) == sorted(costs)
    assert costs[0] < costs[-1]
    assert all(session["session_cost"] | UNINVOICED == session["session_cost"] for session in shown)


def test_the_running_cost_becomes_the_final_one(sandbox: Sandbox) -> None:
    """The last running costs equal those of the invoice."""
    user = sandbox.world()["sample"]["cariqa"]["active_user_id"]
    session = sandbox.cariqa(user).json()["results"][0]["id"]
    ended = next(it for it in sandbox.cariqa(user, at=LATER).json()["results"] if it["id"] == session)
    ended_at = instant(ended["end_time"])

    before = next(
        it for it in sandbox.cariqa(user, at=millis(ended_at - SECOND)).json()["results"] if it["id"] == session
    )

    assert before["is_active"]
    assert not ended["is_active"]
    assert ended["duration"] - before["duration"] <= 1
    assert sum(Decimal(ended["session_cost"][name]) for name in COSTS) - _growing(before)[2] <= Decimal("0.20")


def test_cariqa_006_invoice_fields_are_empty_until_there_is_an_invoice(sandbox: Sandbox) -> None:
    """A completed session is invoiced some seconds after its end, and only the invoice changes then."""
    guide = "ab7ae756-b663-43b9-a025-40c51dd503d9"
    ended_at = instant("2026-03-30T13:51:28.754611Z")
    ended, still, invoiced = (
        one(sandbox, guide, world="documented", at=micros(ended_at + after))
        for after in (0, 67 * SECOND - 1, 67 * SECOND)
    )

    assert ended == still
    assert ended["session_cost"] | UNINVOICED == ended["session_cost"]
    assert invoiced["session_cost"]["invoice_summary"] == "5.39"
    assert invoiced | {"session_cost": invoiced["session_cost"] | UNINVOICED} == ended


def test_cariqa_007_documented_invoices_have_hosts_that_are_reserved(sandbox: Sandbox) -> None:
    """In `documented`, the links to invoices and logos have host names that are reserved for examples."""
    session = every(sandbox, world="documented")[0]
    cost = session["session_cost"]

    for link in (cost["invoice_view"], cost["invoice_download"], session["logo_url"]):
        assert re.match(r"https://[a-z]+\.wattif\.example/", link)
    assert session["id"] in cost["invoice_view"]
    assert session["id"] in cost["invoice_download"]


def test_cariqa_008_a_session_that_waits_for_power_has_not_started(sandbox: Sandbox) -> None:
    """Between its creation and its start a session is active, and start and duration are null."""
    planned = every(sandbox, at=LATER)[0]
    waits_at = millis(instant(planned["start_time"]) - SECOND)

    waiting = one(sandbox, planned["id"], at=waits_at)

    assert (waiting["is_active"], waiting["consumed_energy"]) == (True, "0.000")
    assert [waiting[name] for name in ("start_time", "end_time", "duration")] == [None] * 3
    assert {waiting["session_cost"][name] for name in COSTS} == {"0.00"}


def test_plans_are_not_shown(sandbox: Sandbox) -> None:
    """Planned sessions are shown at a later instant only, and a past instant has fewer sessions."""
    user = sandbox.world()["sample"]["cariqa"]["active_user_id"]
    counts = [sandbox.cariqa(user, at=at).json()["count"] for at in ("2026-02-20T00:00:00Z", sandbox.now(), LATER)]

    assert counts == sorted(set(counts))
    assert sandbox.cariqa(user).json()["count"] == counts[1]


def test_a_user_has_their_own_sessions(sandbox: Sandbox) -> None:
    """No session of a user is also another user's or Charge's."""
    mine = {session["id"] for session in every(sandbox)}
    charges = {row["id"] for row in sandbox.charge(limit=100).json()["data"]}

    assert len(mine) == len(every(sandbox))
    assert not mine & charges


def _tariff(evse_id: str) -> dict[str, Decimal]:
    """The net prices behind a connector of the documented world."""
    stations = yaml.safe_load((FIXTURES / "documented.yaml").read_text("utf-8"))["objects"]["stations"]
    connector = next(
        connector for station in stations for connector in station["connectors"] if connector["evse_id"] == evse_id
    )
    pairs = (price.split("=") for price in connector["tariff"].split(" ")[1:])
    return {name: Decimal(value) for name, value in pairs}


def _gross(net: Decimal, vat: Decimal) -> Decimal:
    return _half_up(net * (100 + vat) / 100)


def _half_up(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _growing(session: Body) -> tuple[int, Decimal, Decimal]:
    """Duration, energy and cost so far."""
    cost = sum((Decimal(session["session_cost"][name]) for name in COSTS), Decimal(0))
    return session["duration"], Decimal(session["consumed_energy"]), cost
