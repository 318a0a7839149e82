"""Calls that come at the same time get a connector once, and change a reservation once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from tests.conftest import Sandbox
from tests.vendors.charge.reserving import (
    AT_FAULTY,
    FAULTY,
    GOOD,
    RESERVATIONS,
    after,
    order,
    others,
    post,
    reserved,
    seen,
)

CALLERS: Final = 6
CCS: Final[dict[str, Any]] = {"connector_type": ["CCS"], "location": AT_FAULTY}


def test_last_connectors_are_reserved_once(sandbox: Sandbox) -> None:
    """Of six reservations that are made at once for two connectors, two are confirmed and four fail."""
    body = order(sandbox)

    with ThreadPoolExecutor(CALLERS) as pool:
        made = list(pool.map(lambda _: post(sandbox, RESERVATIONS, body).json(), range(CALLERS)))

    then = [seen(sandbox, each, each["ideal_start"]) for each in made]
    assert len({each["id"] for each in made}) == CALLERS
    assert Counter((each["status"], each["charging_station"]) for each in then) == {
        ("confirmed", GOOD): 2,
        ("failed", None): 4,
    }


def test_one_of_several_confirmations_is_done(sandbox: Sandbox) -> None:
    """Of six confirmations at once one succeeds, and five find the reservation confirmed."""
    path = f"{RESERVATIONS}/{reserved(sandbox)['id']}/confirm"

    with ThreadPoolExecutor(CALLERS) as pool:
        statuses = list(pool.map(lambda _: post(sandbox, path).status_code, range(CALLERS)))

    assert Counter(statuses) == {200: 1, 409: 5}


def test_start_and_reservation_do_not_share_a_connector(sandbox: Sandbox) -> None:
    """A session that starts beside a new reservation for its connector takes it, and the reservation fails."""
    who, body = others(sandbox)[0], order(sandbox, starts_in=5, **CCS)
    start = {"charging_station": FAULTY, **who}

    with ThreadPoolExecutor(2) as pool:
        made = pool.submit(post, sandbox, RESERVATIONS, body)
        started = pool.submit(lambda: sandbox.start(**start))
        reservation, session = made.result().json(), started.result()

    then = seen(sandbox, reservation, after(reservation["created"], 5))
    assert session.status_code == 200
    assert (then["status"], then["failed_reason"]) == ("failed", "no_available_connectors")


def test_cancellation_comes_too_late(sandbox: Sandbox) -> None:
    """At the instant at which a reservation expires it cannot be cancelled any more; a millisecond before it can."""
    first, second = reserved(sandbox, 60, 60), reserved(sandbox, 60, 60)
    early = after(first["ideal_end"], -1).replace(":00.000Z", ":59.999Z")
    advance = "/_sandbox/v1/worlds/default/clock/advance"

    assert sandbox.client.post(advance, json={"to": early}).status_code == 200
    assert post(sandbox, f"{RESERVATIONS}/{first['id']}/cancel").status_code == 200
    assert sandbox.client.post(advance, json={"to": second["ideal_end"]}).status_code == 200
    assert post(sandbox, f"{RESERVATIONS}/{second['id']}/cancel").status_code == 409
    assert seen(sandbox, second)["status"] == "expired"
