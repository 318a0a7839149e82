"""The changes of planned sessions when their drivers, vehicles or fleets change."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from ..domain.channels import Channel, Channels
from ..domain.models import ACTIVE, Session
from ..store import reservations, sessions_of, standings
from ..store.standings import Standing
from ..store.world_transaction import WorldTransaction
from .displaced_plans import drop_displaced_plans


def drop_plans_of(tx: WorldTransaction, kind: str, thing_id: str, channel: Channel) -> None:
    """Removes all planned sessions of a driver, fleet, user or vehicle, and the planned reservations of a driver.

    The sessions of a driver, a fleet or a user are those of the channel: a vehicle goes on charging at home.
    Sessions of others that follow from them are removed too where they become impossible.
    """
    drop_displaced_plans(tx, (), sessions_of.planned(tx, kind, thing_id, channel))
    if kind == "driver":
        reservations.remove_planned(tx, thing_id)


class Standings:
    """How drivers and vehicles stand, by which sessions that are planned late are changed or left out."""

    def __init__(self, tx: WorldTransaction, drivers: Collection[str], vehicles: Collection[str]) -> None:
        self._drivers = standings.driver_standings(tx, drivers)
        self._vehicles = standings.vehicle_standings(tx, vehicles)

    def are_active(self, driver: str | None, vehicle: str) -> bool:
        """Whether a vehicle is active, and, where there is a driver, the driver and the fleet for which both charge."""
        if driver is None:
            return self._vehicle(vehicle).status == ACTIVE
        fleet = self._fleet(driver, vehicle)
        statuses = {self._driver(driver).status, self._vehicle(vehicle).status, fleet.fleet_status or ACTIVE}
        return statuses == {ACTIVE}

    def applied(self, planned: Session, channels: Channels) -> Session:
        """The session, for the fleet for which its driver and its vehicle would charge now."""
        fleet = self._fleet(planned.driver, planned.vehicle).fleet
        is_for_fleets = channels[planned.channel].buyer == "driver"
        return replace(planned, fleet=fleet) if is_for_fleets and planned.fleet != fleet else planned

    def _fleet(self, driver: str | None, vehicle: str) -> Standing:
        of_vehicle = self._vehicle(vehicle)
        return self._driver(driver) if of_vehicle.fleet is None else of_vehicle

    def _driver(self, driver: str | None) -> Standing:
        return self._drivers.get(driver or "", Standing())

    def _vehicle(self, vehicle: str) -> Standing:
        return self._vehicles.get(vehicle, Standing())


def standings_of(tx: WorldTransaction, involved: Iterable[tuple[str | None, str]]) -> Standings:
    """The standings of pairs of a driver, if there is one, and a vehicle."""
    pairs = list(involved)
    return Standings(tx, {driver for driver, _ in pairs if driver is not None}, {vehicle for _, vehicle in pairs})
