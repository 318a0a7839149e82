"""A session is started through any channel, for a driver or for a user, and ends by the rules of its channel."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any, Final

import orjson
import pytest

from app.domain.channels import Channels, by_name
from app.domain.errors import ConnectorBusyError, UnknownReferenceError, VehicleBusyError, WorldFullError
from app.domain.models import Session
from app.domain.pricing import bill, tariff
from app.domain.sessions.start import UNPLUGS_AFTER
from app.domain.sessions.view import final_bill
from app.domain.start_refusals import AlreadyChargingError
from app.operations.start import Order, start
from app.store import due_transitions, sessions, stations
from app.store.database.url import open_database
from app.store.world_transaction import WorldTransaction
from app.worlds.directory import WorldDirectory
from tests.databases import Kept
from tests.domain.examples import CARIQA, CHARGE

CHANNELS: Final[Channels] = by_name(CHARGE, CARIQA)
MOST: Final = 1_000
Work = Callable[[WorldTransaction], Any]


def done(kept: Kept, *works: Work) -> list[Any]:
    """The answers of changes in the world `default`, one after another."""

    async def every() -> list[Any]:
        with closing(open_database(kept.url)) as database:
            directory = WorldDirectory(database, CHANNELS)
            return [(await directory.change("default", work))[1] for work in works]

    return asyncio.run(every())


def order(tx: WorldTransaction, **changed: str | int | None) -> Order:
    """An order for the sample user of the world, at the sample connector, with the sample vehicle."""
    sample = orjson.loads(tx.world.sample)
    connector = stations.connector_of_evse(tx, sample["cariqa"]["evse_id"])
    assert connector is not None
    asked: dict[str, Any] = {
        "channel": CARIQA,
        "station": connector.station,
        "connector": connector.id,
        "vehicle": sample["charge"]["vehicle"],
        "payment_method": sample["cariqa"]["payment_method_id"],
        "user": sample["cariqa"]["user_id"],
    }
    return Order(**asked | changed)


def for_driver(tx: WorldTransaction) -> Order:
    """The same order for the sample driver."""
    sample = orjson.loads(tx.world.sample)["charge"]
    driver, method = sample["driver"], sample["payment_method"]
    return replace(order(tx), channel=CHARGE, user=None, driver=driver, payment_method=method)


def test_a_session_of_a_user_ends_at_the_unplugging(kept: Kept) -> None:
    """If a channel's sessions do not end with the power, the last minute plugged in is part of the session and bill."""
    (made,) = done(kept, lambda tx: start(tx, order(tx)))

    assert (made.channel, made.driver, made.fleet) == ("cariqa", None, None)
    assert made.user is not None
    assert made.power_ends_at + UNPLUGS_AFTER == made.unplugged_at == made.ended_at
    assert made.energy_wh > 0
    lasted = (made.ended_at - made.started_at) // 1_000_000
    assert final_bill(made) == bill(tariff(made.tariff), made.energy_wh, lasted)


def test_a_session_of_a_driver_ends_with_its_power(kept: Kept) -> None:
    """The same order through the other channel is for the driver and the fleet, and ends a minute earlier."""
    (made,) = done(kept, lambda tx: start(tx, for_driver(tx)))

    assert (made.channel, made.user) == ("charge", None)
    assert made.driver is not None
    assert made.power_ends_at == made.ended_at == made.unplugged_at - UNPLUGS_AFTER


def test_a_started_session_is_stored_as_it_was_answered(kept: Kept) -> None:
    """The session is found under the id that its channel shows."""
    made, found = done(
        kept,
        lambda tx: start(tx, order(tx)),
        lambda tx: sessions.session_shown_as(tx, made_uuid(tx)),
    )

    assert found == made


def made_uuid(tx: WorldTransaction) -> str:
    """The UUID of the newest session that the world's callers have started."""
    due = due_transitions.due_transitions(tx, tx.now - 1, tx.now, MOST)
    return max(due.sessions, key=lambda facts: facts.n).uuid


@pytest.mark.parametrize("kind", ["station", "connector", "vehicle", "payment_method", "user"])
def test_a_start_is_refused_for_an_unknown_id(kept: Kept, kind: str) -> None:
    """The refusal names the part of the order that the world does not have."""
    with pytest.raises(UnknownReferenceError) as refused:
        done(kept, lambda tx: start(tx, order(tx, **{kind: "unknown"})))

    # A connector is looked for at its station, and the station is named first.
    assert refused.value.kind == kind


def test_a_start_needs_the_buyer_of_its_channel(kept: Kept) -> None:
    """An order for a user through a channel whose buyer is a driver is refused: the driver is missing."""
    with pytest.raises(UnknownReferenceError) as refused:
        done(kept, lambda tx: start(tx, order(tx, channel=CHARGE)))  # type: ignore[arg-type]

    assert refused.value.kind == "driver"


def test_channels_share_connectors_and_vehicles(kept: Kept) -> None:
    """A connector and a vehicle that a session of one channel holds are busy for the other, which names the session."""
    done(kept, lambda tx: start(tx, order(tx)))
    (station, connector), vehicle = free_pair(kept)

    (holder,) = done(kept, made_uuid)

    with pytest.raises(ConnectorBusyError, match=f"session {holder} holds it until"):
        done(kept, lambda tx: start(tx, replace(for_driver(tx), vehicle=vehicle)))
    with pytest.raises(VehicleBusyError, match=f"session {holder} holds it until"):
        done(kept, lambda tx: start(tx, replace(for_driver(tx), station=station, connector=connector)))


def test_a_driver_may_start_two_sessions(kept: Kept) -> None:
    """A start is refused for a busy connector or vehicle, and not for a busy driver."""
    (station, connector), vehicle = free_pair(kept)

    made, other = done(
        kept,
        lambda tx: start(tx, for_driver(tx)),
        lambda tx: start(tx, replace(for_driver(tx), station=station, connector=connector, vehicle=vehicle)),
    )

    assert made.driver == other.driver
    assert made.vehicle != other.vehicle


def test_a_user_has_one_session_at_a_time(kept: Kept) -> None:
    """A start by a user who has an active session is refused, even with another vehicle at another connector."""
    (station, connector), vehicle = free_pair(kept)
    done(kept, lambda tx: start(tx, order(tx)))

    with pytest.raises(AlreadyChargingError):
        done(kept, lambda tx: start(tx, order(tx, station=station, connector=connector, vehicle=vehicle)))


def free_pair(kept: Kept) -> tuple[tuple[str, str], str]:
    """A connector on alternating current and a vehicle that are free in `default`, and none of its samples."""
    (world,) = kept.rows("SELECT n, anchor, sample FROM world WHERE name = 'default' AND state = 'open'")
    plugged_in = "SELECT 1 FROM session WHERE world = :world AND created_at <= :now AND unplugged_at > :now AND "
    connectors = kept.rows(
        "SELECT station, id FROM connector c WHERE world = :world AND phases > 0 AND in_service AND"  # noqa: S608 - two parts of one statement
        f" NOT EXISTS ({plugged_in} station = c.station AND connector = c.id) AND"
        " EXISTS (SELECT 1 FROM station s WHERE s.world = :world AND s.id = c.station AND s.online) ORDER BY 1, 2",
        world=world.n,
        now=world.anchor,
    )
    vehicles = kept.rows(
        f"SELECT id FROM vehicle v WHERE world = :world AND NOT EXISTS ({plugged_in} vehicle = v.id) ORDER BY id",  # noqa: S608 - the same
        world=world.n,
        now=world.anchor,
    )
    station, connector = next((place, name) for place, name in connectors if place not in world.sample)
    return (station, connector), next(vehicle for (vehicle,) in vehicles if vehicle not in world.sample)


def test_a_plan_gives_way_to_its_user(kept: Kept) -> None:
    """A planned session of a user who starts another one at that time is removed."""
    (station, connector), vehicle = free_pair(kept)

    def planned(tx: WorldTransaction) -> Session:
        """Plans a session of the same user with another vehicle elsewhere, at the end of the sample session."""
        begun = start(tx, order(tx))
        later = replace(
            begun,
            n=sessions.take_number(tx),
            id="cs_Planned",
            uuid="00000000-0000-4000-8000-00000000aaaa",
            station=station,
            connector=connector,
            vehicle=vehicle,
            created_at=begun.unplugged_at - 1,
            unplugged_at=begun.unplugged_at + 1,
        )
        sessions.remove_session(tx, begun.n)
        sessions.insert_sessions(tx.db, tx.world.n, [later])
        return later

    later, _, left = done(
        kept,
        planned,
        lambda tx: start(tx, order(tx)),
        lambda tx: sessions.session_shown_as(tx, "00000000-0000-4000-8000-00000000aaaa"),
    )

    assert later.channel == "cariqa"
    assert left is None


def test_a_full_world_takes_no_start(kept: Kept) -> None:
    """The greatest number of sessions that callers may start counts for every channel."""
    with pytest.raises(WorldFullError):
        done(kept, lambda tx: start(replace(tx, most_rows=0), order(tx)))
