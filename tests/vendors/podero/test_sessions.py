"""Completed sessions of a vehicle, at home and away, have consistent figures."""

import re
from itertools import pairwise

from app.domain.clock import HOUR, SECOND, instant, millis, millis_if_any
from tests.conftest import Sandbox
from tests.vendors.podero.vehicles import ALL, Body, every

INSTANTS = (
    "plug_in_time",
    "unplug_time",
    "inferred_session_end",
    "desired_charging_start_time",
    "desired_charging_end_time",
    "charge_deadline",
)


def test_sessions_at_home_and_away_occur(sandbox: Sandbox) -> None:
    """The sample vehicle has charged at home and away, and has saved money at home."""
    items = every(sandbox)

    assert {item["is_at_home"] for item in items} == {True, False}
    assert any(item["actual_savings_eur"] > 0 for item in items)
    assert len({item["id"] for item in items}) == len(items)


def test_podero_002_outcome_is_known_away_from_home_only(sandbox: Sandbox) -> None:
    """`session_outcome` is `not_at_home` away from home, and null at home."""
    for item in every(sandbox):
        assert item["session_outcome"] == (None if item["is_at_home"] else "not_at_home")


def test_podero_008_the_latest_plug_in_comes_first(sandbox: Sandbox) -> None:
    """Sessions are sorted by their plug-in, newest first."""
    plugged = [instant(item["plug_in_time"]) for item in every(sandbox)]

    assert all(later > earlier for later, earlier in pairwise(plugged))


def test_podero_009_only_completed_sessions_are_listed(sandbox: Sandbox) -> None:
    """A session is listed from the millisecond at which the vehicle is unplugged."""
    items = [item for item in every(sandbox) if item["unplug_time"]]

    for item in items[:4]:
        unplugged = instant(item["unplug_time"])
        assert item not in every(sandbox, at=millis(unplugged - 1000))
        assert item in every(sandbox, at=millis(unplugged))


def test_podero_009_a_list_only_grows(sandbox: Sandbox) -> None:
    """No completed session changes or disappears when the clock advances."""
    seen: list[Body] = []
    for day in range(12, 29, 4):
        known = every(sandbox, at=f"2026-02-{day}T03:00:00Z")
        assert seen == [item for item in known if item in seen]
        assert len(known) >= len(seen)
        seen = known
    assert seen


def test_instants_of_a_session_are_in_order(sandbox: Sandbox) -> None:
    """The plug-in is first, then the planned window, an end no later than the unplugging, and a later deadline."""
    for item in [*every(sandbox), *every(sandbox, world="documented")]:
        plugged, unplugged, ended, opens, closes, deadline = (item[name] and instant(item[name]) for name in INSTANTS)
        assert plugged <= ended
        assert unplugged is None or ended <= unplugged
        assert plugged <= opens <= closes
        assert plugged < deadline <= plugged + 25 * HOUR


def test_podero_007_an_end_is_inferred_when_the_unplugging_was_not_seen(sandbox: Sandbox) -> None:
    """If `unplug_time` is null, the inferred end is the end of the stay, which is never null."""
    items = every(sandbox)

    assert all(item["inferred_session_end"] for item in items)
    assert all(item["unplug_time"] or item["is_at_home"] for item in items)


def test_instants_have_milliseconds_or_no_fraction(sandbox: Sandbox) -> None:
    """An instant has three digits of a second or none, in UTC."""
    for item in [*every(sandbox), *every(sandbox, world="documented")]:
        written = [item[name] for name in INSTANTS if item[name] is not None]
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", text) for text in written)
        assert all(text == millis_if_any(instant(text)) for text in written)


def test_podero_013_energy_follows_the_state_of_charge(sandbox: Sandbox) -> None:
    """Energy is the gain in charge times the capacity of the battery, which is the same in all sessions."""
    items = every(sandbox)
    gains = {item["id"]: item["final_soc_pct"] - item["initial_soc_pct"] for item in items}
    capacities = [100 * item["energy_charged_kwh"] / gains[item["id"]] for item in items if gains[item["id"]] > 10]

    assert len(capacities) > 3
    assert max(capacities) < 1.02 * min(capacities)
    for item in items:
        assert 0 <= item["initial_soc_pct"] <= item["final_soc_pct"] <= 100
        assert 0 < item["target_soc_pct"] <= 100
        assert item["final_soc_pct"] <= item["target_soc_pct"] or not item["is_at_home"]


def test_power_fits_energy_and_time(sandbox: Sandbox) -> None:
    """The average is at most the peak, and charging at the average takes at most as long as the stay."""
    for item in [*every(sandbox), *every(sandbox, world="documented")]:
        stay = instant(item["inferred_session_end"]) - instant(item["plug_in_time"])
        assert 0 <= item["avg_charge_power_kw"] <= item["peak_charge_power_kw"]
        assert (item["energy_charged_kwh"] > 0) == (item["avg_charge_power_kw"] > 0)
        if item["avg_charge_power_kw"]:
            assert item["energy_charged_kwh"] / item["avg_charge_power_kw"] * HOUR <= stay * 1.01 + SECOND


def test_podero_006_savings_are_made_at_home(sandbox: Sandbox) -> None:
    """Away from home no saving is expected or made; at home the expected saving is not negative."""
    items = every(sandbox)

    assert all(item["expected_savings_eur"] >= 0 for item in items)
    for item in items:
        if not item["is_at_home"]:
            assert (item["expected_savings_eur"], item["actual_savings_eur"]) == (0, 0)
        if item["expected_savings_eur"]:
            assert item["desired_charging_start_time"] > item["plug_in_time"]


def test_podero_011_figures_are_rounded(sandbox: Sandbox) -> None:
    """Figures have at most three decimals for kWh and kW, four for EUR, and one for percentages."""
    places = {"_kwh": 3, "_kw": 3, "_eur": 4, "_pct": 1}

    for item in every(sandbox):
        for ending, digits in places.items():
            figures = [item[name] for name in item if name.endswith(ending)]
            assert figures == [round(figure, digits) for figure in figures]


def test_podero_009_a_charge_session_is_listed_once_unplugged(sandbox: Sandbox) -> None:
    """A session that Charge sold is a session away from home, once the vehicle is unplugged a minute after its end."""
    before = every(sandbox)
    started = sandbox.start().json()
    sandbox.advance("PT9M")
    ended = sandbox.end(started["id"]).json()
    at_its_end = every(sandbox)
    sandbox.advance("PT59.999S")
    plugged = every(sandbox)
    sandbox.advance("PT0.001S")

    item, *others = every(sandbox)

    assert before == at_its_end == plugged == others
    assert (item["is_at_home"], item["session_outcome"]) == (False, "not_at_home")
    assert item["plug_in_time"] == millis_if_any(instant(started["created"]))
    assert item["inferred_session_end"] == millis_if_any(instant(ended["session_ended"]))
    assert item["unplug_time"] == millis_if_any(instant(sandbox.now()))
    assert 0.85 < item["energy_charged_kwh"] / (ended["energy_consumed"] / 1000) < 1


def test_podero_009_a_charge_session_that_ends_by_itself_is_listed(sandbox: Sandbox) -> None:
    """A session that ends at its limit is listed with that energy, less the losses of charging."""
    session = sandbox.start(session_limit=5000).json()

    sandbox.advance("P1D")
    item = every(sandbox)[0]

    assert item["plug_in_time"] == millis_if_any(instant(session["created"]))
    assert 4.25 < item["energy_charged_kwh"] < 5


def test_podero_009_a_session_without_energy_is_listed(sandbox: Sandbox) -> None:
    """A session that was ended immediately after its start is listed with no energy."""
    session = sandbox.start().json()
    sandbox.end(session["id"])
    sandbox.advance("PT1M")

    item = every(sandbox)[0]

    assert item["plug_in_time"] == millis_if_any(instant(session["created"]))
    assert item["initial_soc_pct"] == item["final_soc_pct"]
    assert {item[name] for name in ("energy_charged_kwh", "avg_charge_power_kw", "actual_cost_eur")} == {0}


def test_a_vehicle_drives_between_sessions(sandbox: Sandbox) -> None:
    """A session starts with less charge than the one before it ended with."""
    for _ in range(3):
        sandbox.start(session_limit=3000)
        sandbox.advance("PT6H")

    last, middle, first = every(sandbox)[:3]

    assert first["initial_soc_pct"] < first["final_soc_pct"]
    assert middle["initial_soc_pct"] < first["final_soc_pct"]
    assert last["initial_soc_pct"] < middle["final_soc_pct"]


def test_past_stays_the_same(sandbox: Sandbox) -> None:
    """After a further session, an earlier instant still has the same answer."""
    then = sandbox.now()
    before = sandbox.podero(**ALL).json()
    sandbox.start(session_limit=1000)
    sandbox.advance("PT1H")

    assert before == sandbox.podero(at=then, **ALL).json()
    assert before["total"] + 1 == sandbox.podero(**ALL).json()["total"]
