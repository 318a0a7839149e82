"""A simple model of what callers created in a world of Charge's, and the comparison of a world with it."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

import httpx2

from tests.contract.written import Operation, answer_faults, operations
from tests.laws.charge_calls import LISTED, PATHS

Row = dict[str, Any]

EDGES: Final[dict[str, dict[str, set[str]]]] = {
    "charging_session": {"active": {"completed", "cancelled", "failed"}},
    "reservation": {
        "pending": {"confirmed", "completed", "cancelled", "failed", "expired"},
        "confirmed": {"completed", "cancelled", "failed", "expired"},
    },
    "invoice": {"draft": {"open", "overdue"}, "open": {"paid", "void", "overdue"}, "overdue": {"paid", "void"}},
    "report": {"pending": {"processing", "succeeded", "failed"}, "processing": {"succeeded", "failed"}},
    "transaction": {"pending": {"succeeded", "failed"}},
}
"""What follows a status, at once or after others. A status that is not named is the last one."""
_OPERATIONS: Final[dict[tuple[str, str], Operation]] = {
    (it.method, it.path): it for it in operations() if it.contract == "charge"
}


@dataclass(slots=True)
class ChargeModel:
    """The ids that were created, oldest first; those that were deleted; the status that each object had last."""

    now: str
    created: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in PATHS})
    deleted: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in PATHS})
    statuses: dict[str, str] = field(default_factory=dict)

    def copy(self) -> "ChargeModel":
        return deepcopy(self)

    def living(self, kind: str) -> list[str]:
        return [each for each in self.created[kind] if each not in self.deleted[kind]]

    def see(self, kind: str, shown: Row) -> None:
        """Remembers the status that is shown, after a check that it may follow the one before."""
        status, edges = shown.get("status"), EDGES.get(kind)
        before = self.statuses.get(shown["id"])
        if edges is not None and before is not None and before != status:
            assert status in edges.get(before, set()), (shown["id"], before, status)
        if status is not None:
            self.statuses[shown["id"]] = status


@dataclass(slots=True)
class ChargeClient:
    """A world's Charge API. Each answer is compared with the contract."""

    http: httpx2.Client
    world: str
    key: str

    def get(self, path: str, at: str | None = None, **query: str | int) -> httpx2.Response:
        headers = self._headers() | ({} if at is None else {"X-Sandbox-At": at})
        return self._expected("get", self.http.get(path, params=query, headers=headers))

    def post(self, path: str, body: object, key: str | None = None) -> httpx2.Response:
        headers = self._headers() | {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        return self._expected("post", self.http.post(path, content=json.dumps(body), headers=headers))

    def delete(self, path: str) -> httpx2.Response:
        return self._expected("delete", self.http.delete(path, headers=self._headers()))

    def rows(self, kind: str, **query: str | int) -> list[Row]:
        """Every row of a list, read page by page."""
        body = self.get(PATHS[kind], None, limit=100, **query).json()
        found: list[Row] = body["data"]
        while (following := body["next_page_url"]) is not None:
            answer = self.http.get(following, headers=self._headers())
            body = self._expected("get", answer).json()
            found += body["data"]
        return found

    def shown(self, kind: str, object_id: str, at: str | None = None) -> Row | None:
        """The object as it is retrieved, without its link; None if there is none."""
        answer = self.get(f"{PATHS[kind]}/{object_id}", at)
        return without_link(answer.json()) if answer.status_code == httpx2.codes.OK else None

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def _expected(self, method: str, answer: httpx2.Response) -> httpx2.Response:
        steps = answer.url.path.split("/")
        kind = next((kind for kind, path in PATHS.items() if path == f"/v1/{steps[2]}"), "")
        path = "/".join([*steps[:3], *(["{" + kind + "}"] if len(steps) > 3 else []), *steps[4:]])
        assert answer_faults(_OPERATIONS[method, path], answer) == [], answer.request.content
        return answer


def without_link(shown: Row) -> Row:
    """The object without a report's link, whose key differs in a copy of the world."""
    return {name: value for name, value in shown.items() if not (name == "url" and shown["object"] == "report")}


def compare(client: ChargeClient, model: ChargeModel, kind: str) -> None:
    """Asserts that the world has the objects of that kind that the model has, and what is deleted nowhere."""
    retrieved = {each: client.shown(kind, each) for each in model.living(kind)[-8:]}
    for shown in retrieved.values():
        assert shown is not None
        model.see(kind, shown)
    assert all(client.shown(kind, each) is None for each in model.deleted[kind])
    if kind in LISTED:
        _compare_list(client, model, kind, retrieved)


def _compare_list(client: ChargeClient, model: ChargeModel, kind: str, retrieved: dict[str, Row | None]) -> None:
    rows = client.rows(kind)
    ids = [row["id"] for row in rows]
    ours = set(model.created[kind])
    assert [each for each in ids if each in ours] == model.living(kind)[::-1]
    assert len(set(ids)) == len(ids)
    assert not model.deleted[kind] & set(ids)
    moments = [row["created"] for row in rows]
    assert moments == sorted(moments, reverse=True)
    for row in rows:
        model.see(kind, row)
        if (shown := retrieved.get(row["id"])) is not None:
            assert shown | without_link(row) == shown, (row, shown)
    if "status" in (rows[0] if rows else {}) and kind in {"invoice", "report", "policy", "reservation", "fleet"}:
        status = rows[0]["status"]
        assert client.rows(kind, status=status) == [row for row in rows if row["status"] == status]


def compare_totals(client: ChargeClient, model: ChargeModel) -> None:
    """Asserts that what fleets, invoices and wallets add up to is the sum of the rows that they are made of."""
    for fleet in model.living("fleet")[-2:]:
        shown = client.shown("fleet", fleet)
        assert shown is not None
        completed = client.rows("charging_session", fleet=fleet, status="completed")
        assert shown["total_drivers"] == len(client.rows("driver", fleet=fleet))
        assert shown["total_vehicles"] == len(client.rows("vehicle", fleet=fleet))
        assert shown["total_sessions"] == len(completed)
        energy = sum(row["energy_consumed"] for row in completed) / 1000
        assert abs(shown["total_energy_consumed_kwh"] - energy) < 0.001
        assert shown["wallet_balance"] == _balance(client, fleet=fleet)
    for driver in model.living("driver")[-2:]:
        shown = client.shown("driver", driver)
        assert shown is not None
        assert shown["wallet_balance"] == _balance(client, driver=driver)
    for invoice in client.rows("invoice"):
        total = max(0, sum(line["amount"] for line in invoice["line_items"]))
        due, paid = invoice["amount_due"], invoice["amount_paid"] or 0
        assert (due, paid) == {"paid": (0, total), "void": (0, 0)}.get(invoice["status"], (total, 0))


def _balance(client: ChargeClient, **owner: str) -> int:
    return sum(row["wallet"]["balance"] for row in client.rows("payment_method", type="wallet", **owner))
