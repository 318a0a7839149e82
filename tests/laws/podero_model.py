"""A simple model of what callers created in a world of Podero's, and the comparison of a world with it."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from tests.laws.podero_calls import DEVICES
from tests.laws.vendor_client import Row, VendorClient

ALL: Final = {"from": "2025-12-01", "to": "2027-12-31"}
"""Days among which all sessions are."""
_LIVE: Final = 0.0151
"""EUR by which a sum of rounded amounts may differ from a rounded sum, per session."""


@dataclass(slots=True)
class Member:
    """A user: what the last change answered, also of buildings and contracts, and the ids of devices by kind."""

    shown: Row = field(default_factory=dict)
    buildings: dict[str, Row] = field(default_factory=dict)
    contracts: dict[str, Row] = field(default_factory=dict)
    devices: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in DEVICES})
    deleted: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in DEVICES})


@dataclass(slots=True)
class PoderoModel:
    """The users that were created, oldest first, some that were there before, and the ids of removed ones."""

    created: list[str] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    removed_cars: list[tuple[str, str]] = field(default_factory=list)


def picture(client: VendorClient, org: str, user: str, at: str | None = None) -> Row:
    """All that is shown of a user at an instant."""
    base = f"/org/{org}/users/{user}"
    shown: Row = {"user": client.good("GET", base, at)}
    shown["energy-contracts"] = client.good("GET", f"{base}/energy-contracts", at)
    for kind in DEVICES:
        rows = client.good("GET", f"{base}/{kind}", at)
        shown[kind] = rows
        for row in rows:
            place = f"{base}/{kind}/{row['id']}"
            if kind == "electric-vehicles":
                shown[row["id"]] = [
                    client.good("GET", f"{place}/sessions", at, limit=200, **ALL),
                    client.good("GET", f"{place}/sessions/current", at),
                    client.good("GET", f"{place}/charge-policy", at),
                    client.good("GET", f"{place}/savings", at, **ALL)["data"],
                ]
            if kind == "heat-pumps":
                shown[row["id"]] = client.good("GET", f"{place}/statistics", at, resolution="1WEEK,1MONTH")["data"]
    return shown


def compare_users(client: VendorClient, org: str, model: PoderoModel) -> None:
    """Asserts that the organisation has the users that the model has, newest first, and removed ones on demand only."""
    ids = [each["id"] for each in client.good("GET", f"/org/{org}/users")]
    ours = set(model.created)
    assert [each for each in ids if each in ours] == [each for each in reversed(model.created) if each in model.members]
    assert len(ids) == len(set(ids))
    assert set(model.members) <= set(ids)
    every = [each["id"] for each in client.good("GET", f"/org/{org}/users", include_deleted="true")]
    assert set(model.removed) <= set(every) - set(ids)
    for user in model.removed[-3:]:
        for rest in ("", "/energy-contracts", *(f"/{kind}" for kind in DEVICES)):
            assert client.ask("GET", f"/org/{org}/users/{user}{rest}").status_code == 404, (user, rest)
    for user, car in model.removed_cars[-3:]:
        place = f"/org/{org}/users/{user}/electric-vehicles/{car}/sessions"
        assert client.ask("GET", place, **ALL).status_code == 404


def compare_member(client: VendorClient, org: str, user: str, member: Member) -> None:
    """Asserts that a user and all that belongs to it is as the model says, and that sums agree with their rows."""
    base, shown = f"/org/{org}/users/{user}", picture(client, org, user)
    seen = {name: shown["user"][name] for name in member.shown if name in shown["user"]}
    assert seen == {name: value for name, value in member.shown.items() if name in shown["user"]}
    for building, told in member.buildings.items():
        assert client.good("GET", f"{base}/buildings/{building}") == told
    listed = {each["id"]: each for each in shown["energy-contracts"]}
    assert {each: listed[each] for each in member.contracts} == member.contracts
    for kind in DEVICES:
        _compare_devices(client, base, kind, member, shown[kind])
    names = {"electric-vehicles": "vehicles", "wallboxes": "wallboxes", "heat-pumps": "pumps", "inverters": "inverters"}
    for kind, word in names.items():
        [counted] = [value for name, value in shown["user"].items() if name.startswith("num_") and word in name]
        assert counted == len(shown[kind]), (kind, shown["user"])
    for car in shown["electric-vehicles"]:
        _compare_car(car, *shown[car["id"]])


def _compare_devices(client: VendorClient, base: str, kind: str, member: Member, rows: list[Row]) -> None:
    ids = [each["id"] for each in rows]
    assert len(ids) == len(set(ids))
    living = [each for each in member.devices[kind] if each not in member.deleted[kind]]
    assert [each for each in ids if each in living] == living[::-1]
    assert not member.deleted[kind] & set(ids)
    for gone in member.deleted[kind]:
        assert client.ask("GET", f"{base}/{kind}/{gone}").status_code == 404
        assert client.good("GET", f"{base}/{kind}/{gone}", include_deleted="true")["deleted_at"] is not None
        if kind == "electric-vehicles":
            for rest, query in {"sessions": ALL, "sessions/current": {}, "charge-policy": {}, "savings": ALL}.items():
                assert client.ask("GET", f"{base}/{kind}/{gone}/{rest}", **query).status_code == 404, rest
    for row in rows:
        one = client.good("GET", f"{base}/{kind}/{row['id']}")
        assert {name: value for name, value in one.items() if name in row} == row


def _compare_car(car: Row, sessions: Row, current: Row, policy: Row, savings: list[Row]) -> None:
    items = sessions["items"]
    assert sessions["total"] == len(items)
    running = current["session"]
    if car["is_authenticated"]:
        assert car["is_plugged_in"] == (running is not None), (car, running)
    assert policy["metadata"]["electric_vehicle_id"] == car["id"]
    assert running is None or running["id"] not in {each["id"] for each in items}
    spans = sorted((each["plug_in_time"], each["unplug_time"] or each["inferred_session_end"]) for each in items)
    assert all(before[1] <= after[0] for before, after in pairwise(spans)), spans
    assert sum(each["electric_vehicle"]["charge_session_count"] for each in savings) == len(items)
    total = sum(_number(each["actual_savings_eur"]) for each in items)
    assert abs(sum(each["savings"]["total"] for each in savings) - total) <= _LIVE * (len(items) + 1)


def _number(value: Any) -> float:  # noqa: ANN401 - JSON
    return 0.0 if value is None else float(value)
