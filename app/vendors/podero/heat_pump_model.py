"""Heat pumps between what callers write of them and the rules by which they work (PODERO-048)."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from ...domain.clock import EARLIEST, Instant, instant, millis
from ...domain.heat_pumps import Change, HeatPump, Settings, Use, use
from ...domain.models import Document, User
from ...domain.smart_charging import Market
from ...operations.smart_charging import market_of
from ...store.world_transaction import WorldTransaction
from .details import number
from .owned_devices import heard_at, place_of

SETTINGS: Final[Mapping[str, Any]] = {
    "is_smart_optimization_active": False,
    "optimization_level": "Mid",
    "indoor_target_temperature_offset": 0.0,
    "is_space_heating_enabled": False,
    "is_hot_water_heating_enabled": False,
    "is_pool_heating_enabled": False,
    "is_space_cooling_enabled": False,
}
"""What the power depends on, with its defaults, in the order of the fields of `Settings`."""
EARLIER: Final = "earlier_settings"
"""The member that keeps settings which were changed, each `until` an instant, so that what was used stays the same."""
_MOST_EARLIER: Final = 100


class InstalledPump:
    """A heat pump of a user: what it was told to do, and since when, until its state was told last."""

    def __init__(self, document: Document, owner: User, market: Market, now: int) -> None:
        written: dict[str, Any] = orjson.loads(document.body)
        self.pump: Final = HeatPump(document.id, place_of(written, owner), market)
        self.changes: Final = _changes(written)
        self.since: Final[Instant] = document.created_at
        self.until: Final = heard_at(document, now)

    def use(self, since: int, until: int) -> Use:
        """What it has used between two instants; nothing before it was registered or after it was heard of last."""
        last = self.until
        return Use() if last is None else use(self.pump, self.changes, max(since, self.since), min(until, last))


def installed(tx: WorldTransaction, document: Document, owner: User) -> InstalledPump:
    """The heat pump that is a document."""
    return InstalledPump(document, owner, market_of(tx), tx.now)


def with_earlier(before: Mapping[str, Any], changed: dict[str, Any], now: int) -> dict[str, Any]:
    """What is written of a heat pump after a change, with the settings that the change ends."""
    ended = {name: before.get(name, usual) for name, usual in SETTINGS.items()}
    if ended == {name: changed.get(name, usual) for name, usual in SETTINGS.items()}:
        return changed
    earlier = [*before.get(EARLIER, ()), {"until": millis(now), **ended}]
    return {**changed, EARLIER: earlier[-_MOST_EARLIER:]}


def _changes(written: Mapping[str, Any]) -> tuple[Change, ...]:
    """The settings that a heat pump has had and has, each with the instant from which on."""
    changes, since = list[Change](), EARLIEST
    for each in written.get(EARLIER, ()):
        changes.append(Change(since, _settings(each)))
        since = instant(each["until"])
    return (*changes, Change(since, _settings(written)))


def _settings(written: Mapping[str, Any]) -> Settings:
    said = {name: written.get(name, usual) for name, usual in SETTINGS.items()}
    return Settings(
        is_optimized=said["is_smart_optimization_active"],
        level=said["optimization_level"],
        offset=number(said, "indoor_target_temperature_offset") or 0.0,
        heats_rooms=said["is_space_heating_enabled"],
        heats_water=said["is_hot_water_heating_enabled"],
        heats_pool=said["is_pool_heating_enabled"],
        cools_rooms=said["is_space_cooling_enabled"],
    )
