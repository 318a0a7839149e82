"""Channels: the vendors that sell sessions, and the rules by which their sessions differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Channel:
    """A vendor that sells sessions, or the wallbox at home, where nothing is sold.

    `shows` is the field of a session that the vendor shows as its id, `buyer` the field that names its customer, and
    `payers` are all fields that a session of the channel must have to be paid. Where `ends_with_power` is true, the
    session ends when power stops, else when the vehicle is unplugged. Where `has_transactions` is true, the vendor
    shows what was charged as transactions, of which a part can be given back. `shown_by` names the vendor that shows
    what is charged at home, which it does not sell.
    """

    name: str
    shows: Literal["id", "uuid"]
    buyer: Literal["driver", "user"] | None = None
    payers: tuple[str, ...] = ()
    ends_with_power: bool = False
    takes_limits: bool = False
    shows_failed_starts: bool = False
    has_charge_record: bool = False
    has_transactions: bool = False
    shown_by: str | None = None


HOME: Final = Channel("home", shows="uuid")
"""Charging at home, which no vendor sells."""

Channels: TypeAlias = Mapping[str, Channel]
"""The channels of a server by their names, as sessions store them."""


def by_name(*sold: Channel, home: Channel = HOME) -> Channels:
    """The channels of some vendors, and the one at home, by their names."""
    return {channel.name: channel for channel in (*sold, home)}
