"""For each operation on invoices and transactions, calls that bring about every answer its contract writes.

The good one comes first. Answers of a full world are not among them: the test brings those about for all.
"""

from collections.abc import Callable
from typing import Any, Final

import httpx2

from tests.conftest import Sandbox
from tests.contract.control_calls import JSON, LATE, TOO_LARGE, WORLDS, Answers

_INVOICES: Final = "/v1/invoices"
_TRANSACTIONS: Final = "/v1/transactions"
_UNKNOWN: Final = f"{_INVOICES}/inv_{'0' * 32}"
_PERIOD: Final = {"period_start": "2026-02-01T00:00:00Z", "period_end": "2026-03-01T00:00:00Z"}
_DECLINED: Final = "pm_MagicCardDeclined000000000000000"
_MAY: Final = "2026-05-03T00:00:00Z"


def list_invoices(sandbox: Sandbox) -> Answers:
    _in_every_status(sandbox)
    for status in ("draft", "open", "paid", "void"):
        yield sandbox.charge(_INVOICES, status=status, limit=1)
    yield sandbox.charge(_INVOICES, status="overdue", at="2026-03-20T00:00:00Z")
    yield sandbox.charge(_INVOICES, world="documented", at=_MAY)
    yield from _refused_lists(sandbox, _INVOICES)


def create_invoice(sandbox: Sandbox) -> Answers:
    fleet = sandbox.opened()["sample"]["charge"]["fleet"]
    yield _post(sandbox, _INVOICES, _PERIOD)
    whole = {"fleet": fleet, "currency": "sek", "description": "For February", "metadata": {"a": "b"}}
    yield _post(sandbox, _INVOICES, _PERIOD | whole)
    yield _post(sandbox, _INVOICES, _PERIOD | {"fleet": None, "currency": None, "description": None})
    for changed in ({"period_end": _PERIOD["period_start"]}, {"period_start": "soon"}, {"currency": "euro"}):
        yield _post(sandbox, _INVOICES, _PERIOD | changed)
    yield _post(sandbox, _INVOICES, _PERIOD | {"fleet": "unknown"})
    yield from _refused_bodies(sandbox, _INVOICES, _PERIOD)


def get_invoice(sandbox: Sandbox) -> Answers:
    for made in _in_every_status(sandbox):
        yield sandbox.charge(made)
        yield sandbox.charge(made, at="2026-03-20T00:00:00Z")
    for row in sandbox.charge(_INVOICES, world="documented", at=_MAY).json()["data"]:
        yield sandbox.charge(f"{_INVOICES}/{row['id']}", world="documented", at=_MAY)
    yield sandbox.charge(made, expand="fleet")
    yield sandbox.charge(made, colour="red")
    yield sandbox.charge(made, at=LATE)
    yield sandbox.client.get(made)
    yield sandbox.charge(_UNKNOWN)


def update_invoice(sandbox: Sandbox) -> Answers:
    made = _made(sandbox)
    yield _post(sandbox, made, {"description": "For February", "metadata": {"a": "b"}})
    yield _post(sandbox, made, {"description": None, "metadata": {"a": None}})
    yield _post(sandbox, made, {"description": ""})
    yield from _refused_bodies(sandbox, made, {})
    yield _post(sandbox, _UNKNOWN, {})
    _post(sandbox, f"{made}/finalize", {})
    yield _post(sandbox, made, {})


def finalize_invoice(sandbox: Sandbox) -> Answers:
    yield from _changes(sandbox, _made(sandbox), "finalize")


def pay_invoice(sandbox: Sandbox) -> Answers:
    made = _opened(sandbox)
    yield _post(sandbox, f"{made}/pay", {"payment_method": _card(sandbox)})
    yield _post(sandbox, f"{made}/pay", {})
    another = _opened(sandbox)
    yield _post(sandbox, f"{another}/pay", {})
    for card in (_DECLINED, "unknown"):
        yield _post(sandbox, f"{another}/pay", {"payment_method": card})
    yield from _refused_bodies(sandbox, f"{another}/pay", {})
    yield _post(sandbox, f"{_UNKNOWN}/pay", {})


def void_invoice(sandbox: Sandbox) -> Answers:
    yield from _changes(sandbox, _opened(sandbox), "void")


def list_transactions(sandbox: Sandbox) -> Answers:
    for world in WORLDS:
        for at in ("2026-02-25T10:30:00+01:00", "2026-03-06T19:00:00Z", "2026-04-02T00:00:00Z"):
            yield sandbox.charge(_TRANSACTIONS, world=world, at=at, limit=100)
    yield sandbox.charge(_TRANSACTIONS, limit=100, expand="charging_session.driver")
    yield from _refused_lists(sandbox, _TRANSACTIONS)


def get_transaction(sandbox: Sandbox) -> Answers:
    rows = sandbox.charge(_TRANSACTIONS, limit=100).json()["data"]
    for row in rows:
        yield sandbox.charge(f"{_TRANSACTIONS}/{row['id']}")
    one = f"{_TRANSACTIONS}/{rows[0]['id']}"
    for path in ("charging_session", "driver.fleets", "fleet"):
        yield sandbox.charge(one, expand=path)
    session = next(row["charging_session"] for row in rows if row["charging_session"])
    for event in ({"event": "refund", "amount": 1}, {"event": "adjustment", "amount": -1}):
        made = sandbox.client.post("/_sandbox/v1/worlds/default/simulate", json={"id": session, **event}).json()
        yield sandbox.charge(f"{_TRANSACTIONS}/{made['transaction']}")
    yield sandbox.charge(one, expand="invoice")
    yield sandbox.charge(one, colour="red")
    yield sandbox.charge(one, at=LATE)
    yield sandbox.client.get(one)
    yield sandbox.charge(f"{_TRANSACTIONS}/txn_{'0' * 32}")


def _changes(sandbox: Sandbox, made: str, change: str) -> Answers:
    """A change that takes no fields, and that an invoice takes once."""
    yield _post(sandbox, f"{made}/{change}", {})
    yield _post(sandbox, f"{made}/{change}", {})
    yield _post(sandbox, f"{_UNKNOWN}/{change}", {})
    yield from _refused_bodies(sandbox, f"{made}/{change}", {})


def _in_every_status(sandbox: Sandbox) -> list[str]:
    """The paths of a draft and of an open, a paid and a void invoice."""
    paid, void = _opened(sandbox), _opened(sandbox)
    _post(sandbox, f"{paid}/pay", {"payment_method": _card(sandbox)})
    _post(sandbox, f"{void}/void", {})
    return [_made(sandbox), _opened(sandbox), paid, void]


def _card(sandbox: Sandbox) -> str:
    """A new card that is good and has no owner."""
    number = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2030, "cvc": "123"}
    return str(_post(sandbox, "/v1/payment_methods", {"type": "card", "card": number}).json()["id"])


def _made(sandbox: Sandbox) -> str:
    """The path of a new draft."""
    return f"{_INVOICES}/{_post(sandbox, _INVOICES, _PERIOD).json()['id']}"


def _opened(sandbox: Sandbox) -> str:
    """The path of a new invoice that is open."""
    made = _made(sandbox)
    _post(sandbox, f"{made}/finalize", {})
    return made


def _post(sandbox: Sandbox, path: str, body: object) -> httpx2.Response:
    return sandbox.client.post(path, json=body, headers=sandbox.charge_key())


def _refused_bodies(sandbox: Sandbox, path: str, body: dict[str, Any]) -> Answers:
    """Bodies and headers that no operation takes."""
    key = sandbox.charge_key()
    yield _post(sandbox, path, body | {"colour": "red"})
    yield _post(sandbox, path, [])
    yield sandbox.client.post(path, content=b"{", headers=key | JSON)
    yield sandbox.client.post(path, content=TOO_LARGE, headers=key | JSON)
    yield sandbox.client.post(path, json=body, headers=key | {"X-Sandbox-At": "2026-03-04T12:00:00Z"})
    yield sandbox.client.post(path, json=body, headers={"Authorization": "Bearer ch_sk_live_1"})


def _refused_lists(sandbox: Sandbox, path: str) -> Answers:
    for refused in ({"limit": 0}, {"limit": 101}, {"fleet": "a\0b"}, {"page": "x"}, {"colour": 1}, {"expand": "it"}):
        yield sandbox.charge(path, **refused)
    yield sandbox.charge(path, at=LATE)
    yield sandbox.client.get(path)


BILLING_CALLS: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "listInvoices": list_invoices,
    "createInvoice": create_invoice,
    "getInvoice": get_invoice,
    "updateInvoice": update_invoice,
    "finalizeInvoice": finalize_invoice,
    "payInvoice": pay_invoice,
    "voidInvoice": void_invoice,
    "listTransactions": list_transactions,
    "getTransaction": get_transaction,
}
