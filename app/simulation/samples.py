"""Ids that work at once, gathered while a world is built, for whoever meets it for the first time."""

from collections.abc import Iterable
from typing import Final

from ..world.clock import DAY, millis
from ..world.entities import Channel, Session
from .population import Town
from .scenarios import Sample

_SHOWN_DAYS: Final = 60


class Samples:
    """What is shown of a world, by vendor, as it is written to its row."""

    def __init__(self, start: int) -> None:
        self._start = start
        self.found: dict[str, dict[str, str | None]] = {"charge": {}, "cariqa": {}, "podero": {}}

    def of_day(self, sessions: Iterable[Session]) -> None:
        """Remembers a Cariqa user who is charging when the world begins."""
        for session in sessions:
            if session.channel == Channel.CARIQA and session.created_at <= self._start < session.ended_at:
                self.found["cariqa"]["active_user_id"] = session.user

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
        self.found["cariqa"] |= {
            "user_id": people.users[0].id,
            "evse_id": connectors[1].evse_id,
            "payment_method_id": people.users_cards[0].id,
        }
        smart_car = people.podero_cars[0]
        self.found["podero"] = {
            "org_id": smart_car.org,
            "user_id": smart_car.owner,
            "electric_vehicle_id": smart_car.uuid,
            "from": millis(self._start - _SHOWN_DAYS * DAY)[:10],
            "to": millis(self._start)[:10],
        }

    def prescribed(self, sample: Sample) -> None:
        """What the scenario names itself."""
        self.found["charge"] |= sample.charge
        self.found["cariqa"] |= sample.cariqa
        self.found["podero"] |= sample.podero
