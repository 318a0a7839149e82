"""The sample ids of a town, which a caller can use immediately."""

from collections.abc import Mapping

from ..scenario.terms import Sampled, Terms
from .people import Town


def samples(town: Town, vendors: tuple[Terms, ...]) -> dict[str, dict[str, str | None]]:
    """The id of the first thing of each kind, by vendor, then by the vendor's name for it.

    These things have past sessions, and no planned ones.
    """
    ids = _ids(town)
    return {
        vendor.name: {term.name: ids[term.names] for term in vendor.sample if term.names in ids} for vendor in vendors
    }


def _ids(town: Town) -> Mapping[Sampled | None, str | None]:
    station, vehicle = town.sample_station, town.drivers_vehicles[0]
    connectors = town.connectors_of[station.id]
    ids: dict[Sampled | None, str | None] = {
        "station": station.id,
        "connector": connectors[0].id,
        "evse": connectors[1].evse_id,
        "driver": town.drivers[0].id,
        "vehicle": vehicle.id,
        "payment_method": town.drivers_cards[0].id,
        "fleet": vehicle.fleet,
    }
    if town.users:
        ids |= {"user": town.users[0].id, "users_payment_method": town.users_cards[0].id}
    if town.smart_vehicles:
        smart = town.smart_vehicles[0]
        ids |= {"organisation": smart.org, "owner": smart.owner, "smart_vehicle": smart.uuid}
    return ids
