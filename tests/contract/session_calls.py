"""For each operation on the sessions of Cariqa's users, calls that bring about every answer its contract writes.

The good one comes first.
"""

from collections.abc import Callable
from typing import Final

from tests.conftest import Sandbox
from tests.contract.control_calls import JSON, LATE, TOO_LARGE, Answers
from tests.vendors.cariqa.customers import DEBTOR
from tests.vendors.cariqa.journeys import OFFLINE, Customer

_UNKNOWN: Final = "00000000-0000-4000-8000-000000000000"


def start_charging_session(sandbox: Sandbox) -> Answers:
    me = _sample(sandbox)
    me.simulate("unexpected_error", me.id)
    unexpected = me.request_start()
    yield me.request_start()
    yield unexpected
    yield me.request_start()
    yield me.other(DEBTOR).request_start()
    me.stop(me.rows("charging-sessions/")[0]["id"])
    me.advance("PT10M")
    yield me.request_start(evse_id=OFFLINE)
    yield me.request_start(evse_id="DE*WTF*ENONE*1")
    yield me.request_start(evse_id=None)
    yield from _refused(me, "POST", "charging/start/")
    yield from _refused_bodies(me, "POST", "charging/start/")


def stop_charging_session(sandbox: Sandbox) -> Answers:
    me = _sample(sandbox)
    session = me.start()["id"]
    path = f"charging/stop/{session}/"
    me.simulate("unexpected_error", session)
    failed = [me.stop(session)]
    me.simulate("unconfirmed", session, for_="PT1M")
    failed.append(me.stop(session))
    me.advance("PT2M")
    yield me.stop(session)
    yield from failed
    me.advance("PT10M")
    yield me.stop(session)
    yield me.stop(_UNKNOWN)
    yield me.call("POST", path, content=TOO_LARGE, headers=JSON)
    yield from _refused(me, "POST", path)


def get_charging_session(sandbox: Sandbox) -> Answers:
    me = _sample(sandbox)
    session = me.start()["id"]
    path = f"charging-sessions/{session}/"
    yield me.call("GET", path)
    me.advance("PT5M")
    yield me.call("GET", path)
    me.stop(session)
    me.advance("PT1H")
    yield me.call("GET", path)
    yield me.call("GET", f"charging-sessions/{_UNKNOWN}/")
    yield from _refused(me, "GET", path)


def rate_charging_session(sandbox: Sandbox) -> Answers:
    me = _sample(sandbox)
    session = me.start()["id"]
    me.stop(session)
    me.advance("PT1H")
    path = f"charging-sessions/{session}/"
    for stars in (5, "5", None):
        yield me.call("PATCH", path, json={"rates": stars})
    yield me.call("PATCH", path, data={"rates": "4"})
    yield me.call("PATCH", path, json={"rates": 6})
    yield me.call("PATCH", f"charging-sessions/{_UNKNOWN}/", json={"rates": 5})
    yield from _refused(me, "PATCH", path)
    yield from _refused_bodies(me, "PATCH", path)


def list_debts(sandbox: Sandbox) -> Answers:
    yield from _listed(sandbox, "charging/debts/")


def list_invoices(sandbox: Sandbox) -> Answers:
    yield from _listed(sandbox, "invoices/")


def _listed(sandbox: Sandbox, path: str) -> Answers:
    me = _sample(sandbox)
    for each in (me, me.other(DEBTOR)):
        yield each.call("GET", path)
    yield me.call("GET", path, params={"page": 99})
    yield from _refused(me, "GET", path)


def _sample(sandbox: Sandbox) -> Customer:
    """The sample user of the world `default`."""
    world = sandbox.world()
    keys, sample = world["credentials"]["cariqa"], world["sample"]["cariqa"]
    key = {"Authorization": f"Bearer {keys['token']}"}
    return Customer(sandbox, "default", key, keys["user_id"], sample["evse_id"], sample["payment_method_id"])


def _refused(me: Customer, method: str, path: str) -> Answers:
    """Without a key, with a wrong one, at an instant that no clock shows, and for a user who is not there."""
    address = f"/api/v1/users/{me.id}/{path}"
    yield me.sandbox.client.request(method, address)
    yield me.sandbox.client.request(method, address, headers={"Authorization": "Bearer unknown"})
    yield me.call(method, path, at=LATE)
    yield me.other("unknown").call(method, path)


def _refused_bodies(me: Customer, method: str, path: str) -> Answers:
    yield me.call(method, path, content=b"{", headers=JSON)
    yield me.call(method, path, json=[])
    yield me.call(method, path, content=TOO_LARGE, headers=JSON)
    yield me.call(method, path, content=b"x", headers={"Content-Type": "text/plain"})


SESSION_CALLS: Final[dict[str, Callable[[Sandbox], Answers]]] = {
    "startChargingSession": start_charging_session,
    "stopChargingSession": stop_charging_session,
    "getChargingSession": get_charging_session,
    "rateChargingSession": rate_charging_session,
    "listDebts": list_debts,
    "listInvoices": list_invoices,
}
