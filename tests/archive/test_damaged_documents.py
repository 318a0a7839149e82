"""What an export says in JSON of its own, in details and documents, is refused with its place or can be shown."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any, Final

import httpx2
import pytest

from app.domain.clock import MINUTE, instant, millis
from tests.databases import Databases, Kept
from tests.lanes import Length
from tests.laws.charge_calls import LISTED, ODD_VALUES, PATHS
from tests.laws.charge_model import ChargeClient
from tests.laws.world_client import client_of_copy

pytestmark = pytest.mark.slow

WORLDS: Final = "/_sandbox/v1/worlds"
JSON: Final = {"Content-Type": "application/json"}
COLUMNS: Final = {"documents": "body"} | dict.fromkeys(
    ("fleets", "drivers", "vehicles", "payment_methods", "reservations", "stations"), "details"
)
CREATED: Final[list[tuple[str, dict[str, Any]]]] = [
    ("account", {"name": "A", "email": "a@company.example", "type": "business"}),
    ("webhook_endpoint", {"enabled_events": ["report.succeeded"], "url": "https://example.com/h"}),
    ("payment_method", {"type": "wallet", "wallet": {"currency": "eur", "balance": 10_000}}),
]
FENCE: Final = {"center": {"latitude": 52.52, "longitude": 13.405}, "name": "Town", "radius_meters": 100_000}
WINDOW: Final = {"days_of_week": ["monday"], "start_time": "00:00", "end_time": "00:00"}


@pytest.fixture(scope="module")
def client(databases: Databases, made: Kept) -> Iterator[httpx2.Client]:
    with client_of_copy(databases, made) as world:
        yield world.http


@pytest.fixture(scope="module")
def exported(client: httpx2.Client) -> dict[str, Any]:
    """The export of a world that has a document of every kind."""
    made = client.post(WORLDS, json={"name": "whole", "scenario": "village", "clock": {"speed": 0}}).json()
    charge, sample = client_of(client, made), made["sample"]["charge"]
    now = instant(made["clock"]["now"])
    period = {"period_start": millis(now - 60 * 24 * 20 * MINUTE), "period_end": millis(now)}
    rules = {"geofences": [FENCE], "time_windows": [WINDOW], "max_price_per_kwh": 90, "allowed_operators": ["a"]}
    levels = {"battery_level": 20, "battery_target_level": 80}
    asked = [
        *CREATED,
        ("policy", {"mode": "enforcement", "name": "P", "rules": rules}),
        ("estimation", levels | {name: sample[name] for name in ("charging_station", "vehicle")}),
        ("report", {"parameters": period | {"type": "charging_summary"}}),
        ("invoice", period),
        ("invoice", period),
    ]
    answers = [charge.post(PATHS[kind], body, f"key-{n}") for n, (kind, body) in enumerate(asked)]
    assert [answer.status_code for answer in answers] == [200] * len(asked)
    assert charge.post(f"{PATHS['invoice']}/{answers[-1].json()['id']}/finalize", {}).is_success
    policies = {"policy_ids": [answers[3].json()["id"]]}
    assert charge.post(f"{PATHS['driver']}/{sample['driver']}", policies | {"metadata": {"a": "b"}}).is_success
    paid = next(row for row in charge.rows("transaction") if row["status"] == "succeeded" and row["amount"] > 1)
    refund = {"event": "refund", "id": paid["id"], "amount": 1}
    assert client.post(f"{WORLDS}/whole/simulate", json=refund).is_success
    file: dict[str, Any] = client.get(f"{WORLDS}/whole/export").json()
    return file


@pytest.mark.parametrize(
    ("kind", "change", "where"),
    [
        ("policy", lambda body: body["rules"].update(geofences=[{"center": None}]), "body.rules.geofences.0.center"),
        ("policy", lambda body: body["rules"].update(max_price_per_kwh="1"), "body.rules.max_price_per_kwh"),
        ("policy", lambda body: body["rules"].update(time_windows=[{}]), "body.rules.time_windows.0.days_of_week"),
        ("invoice", lambda body: body.update(period_end="tomorrow"), "body.period_end"),
        ("invoice", lambda body: body.pop("currency"), "body.currency"),
        ("transaction", lambda body: body.update(amount="1"), "body.amount"),
        ("transaction", lambda body: body.update(amount=10**18), "body.amount"),
        ("report", lambda body: body.pop("account"), "body.account"),
        ("report_piece", lambda body: body.update(text=1), "body.text"),
        ("webhook_endpoint", lambda body: body.update(metadata=[]), "body.metadata"),
        ("account", lambda body: body.update(preferences=[]), "body.preferences"),
        ("estimation", lambda body: body.clear(), "body.battery_level"),
        ("idempotency_key", lambda body: body.update(status=0), "body.status"),
    ],
)
def test_damaged_body_is_refused(
    client: httpx2.Client, exported: dict[str, Any], kind: str, change: Callable[[dict[str, Any]], object], where: str
) -> None:
    """A document that its vendor could not show is refused, with the place of the fault."""
    file = deepcopy(exported)
    number, document = next((n, each) for n, each in enumerate(file["documents"]) if each["kind"] == kind)
    change(document["body"])

    answer = imported(client, file, "damaged")

    assert answer.status_code == httpx2.codes.BAD_REQUEST
    assert f"documents.{number}.{where}" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("kind", "details", "where"),
    [
        ("fleets", {"opening": {"wallet_balance": "1"}}, "details.opening.wallet_balance"),
        ("fleets", {"preferences": None}, "details.preferences"),
        ("drivers", {"opening": 1}, "details.opening"),
        ("drivers", {"preferences": {"preferred_charging_stations": 1}}, "details.preferences.preferred_charging"),
        ("payment_methods", {"wallet": {"balance": "much"}}, "details.wallet.balance"),
        ("vehicles", {"metadata": {"a": 1}}, "details.metadata.a"),
    ],
)
def test_damaged_details_are_refused(
    client: httpx2.Client, exported: dict[str, Any], kind: str, details: dict[str, Any], where: str
) -> None:
    """Details that a vendor could not show are refused, with the place of the fault."""
    file = deepcopy(exported)
    file[kind][0]["details"] = details

    answer = imported(client, file, "damaged")

    assert answer.status_code == httpx2.codes.BAD_REQUEST
    assert f"{kind}.0.{where}" in answer.json()["detail"]


def test_counter_that_was_set_back_is_refused(client: httpx2.Client, exported: dict[str, Any]) -> None:
    """An export whose counter would give an id of the file once more is refused."""
    file = deepcopy(exported)
    file["world"]["next_n"] = file["world"]["first_n"]

    answer = imported(client, file, "counted")

    assert answer.status_code == httpx2.codes.BAD_REQUEST
    assert "is what is created next in this world" in answer.json()["detail"]


def test_odd_json_is_refused_or_shown(client: httpx2.Client, exported: dict[str, Any], length: Length) -> None:
    """With any value in place of a member, the import is refused, or nothing in its world is a fault of the server."""
    accepted = 0
    for seed in range({Length.SHORT: 25, Length.MEDIUM: 150, Length.LONG: 600}[length]):
        file, chance = deepcopy(exported), Random(seed)
        kind = chance.choice([*COLUMNS, "documents", "documents", "documents"])
        column = COLUMNS[kind]
        rows = {each.get("kind", "") if kind == "documents" else str(n): each for n, each in enumerate(file[kind][:40])}
        damage(rows[chance.choice(sorted(rows))][column], chance)
        answer = imported(client, file, f"odd-{seed}")
        assert answer.status_code in {201, 400}, answer.text
        if answer.status_code == httpx2.codes.CREATED:
            accepted += 1
            assert_served(client, answer.json())
            assert client.delete(f"{WORLDS}/odd-{seed}").status_code == httpx2.codes.NO_CONTENT

    assert accepted > 0


def damage(part: Any, chance: Random) -> None:  # noqa: ANN401 - a part of JSON
    """Puts an odd value in the place of a member, at some depth."""
    if isinstance(part, dict) and not part:
        part[chance.choice(["metadata", "opening", "preferences", "capabilities", "range"])] = chance.choice(ODD_VALUES)
    elif isinstance(part, dict | list) and part:
        place = chance.choice(sorted(part) if isinstance(part, dict) else range(len(part)))
        if part[place] and isinstance(part[place], dict | list) and chance.random() < 0.7:
            damage(part[place], chance)
        else:
            part[place] = chance.choice(ODD_VALUES)


def assert_served(client: httpx2.Client, made: dict[str, Any]) -> None:
    """Asserts that lists, retrieves, a start, an update and another export have no fault of the server."""
    headers = {"Authorization": f"Bearer {made['credentials']['charge']['secret_key']}"}
    answers = [client.get(f"{PATHS[kind]}?limit=100", headers=headers) for kind in LISTED]
    sample = {name: value for name, value in made["sample"]["charge"].items() if name not in {"fleet", "account"}}
    answers.append(client.post(PATHS["charging_session"], json=sample, headers=headers))
    for kind, answer in zip(LISTED, answers, strict=False):
        if kind in {"fleet", "driver", "vehicle", "policy", "invoice", "webhook_endpoint"} and answer.is_success:
            path = f"{PATHS[kind]}/{answer.json()['data'][0]['id']}"
            answers.append(client.post(path, json={"metadata": {"a": "1"}}, headers=headers))
    account = made["sample"]["charge"]["account"]
    answers += [client.get(f"{PATHS['account']}/{account}", headers=headers)]
    answers += [client.post(PATHS["account"], json=CREATED[0][1], headers=headers | {"Idempotency-Key": "key-0"})]
    answers.append(client.get(f"{WORLDS}/{made['name']}/export"))
    assert [answer.text for answer in answers if answer.status_code >= httpx2.codes.INTERNAL_SERVER_ERROR] == []


def imported(client: httpx2.Client, file: dict[str, Any], name: str) -> httpx2.Response:
    return client.post(f"{WORLDS}/import?name={name}", content=json.dumps(file), headers=JSON)


def client_of(client: httpx2.Client, made: dict[str, Any]) -> ChargeClient:
    return ChargeClient(client, made["name"], made["credentials"]["charge"]["secret_key"])
