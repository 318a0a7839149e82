"""Ids that work at once, gathered while a world is built, for whoever meets it for the first time."""

from ..scenario.scenarios import Sample
from .people import Town


class Samples:
    """What is shown of a world, by vendor, as it is written to its row."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, str | None]] = {"charge": {}, "cariqa": {}, "podero": {}}

    def of_town(self, people: Town) -> None:
        """The first of each kind: they have a past, and no plans of their own."""
        station = people.sample_station
        connectors = people.plugs[station.id]
        car = people.drivers_cars[0]
        self.found["charge"] = {
            "charging_station": station.id,
            "connector": connectors[0].id,
            "driver": people.drivers[0].id,
            "vehicle": car.id,
            "payment_method": people.drivers_cards[0].id,
            "fleet": car.fleet or people.drivers[0].fleet,
        }
        self.found["cariqa"] = {
            "user_id": people.users[0].id,
            "evse_id": connectors[1].evse_id,
            "payment_method_id": people.users_cards[0].id,
        }
        smart_car = people.podero_cars[0]
        self.found["podero"] = {
            "org_id": smart_car.org,
            "user_id": smart_car.owner,
            "electric_vehicle_id": smart_car.uuid,
        }

    def prescribed(self, sample: Sample) -> None:
        """What the scenario names itself."""
        for vendor, found in self.found.items():
            found.update(getattr(sample, vendor).model_dump(by_alias=True, exclude_unset=True))
