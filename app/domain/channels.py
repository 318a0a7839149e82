"""Channels: through whom a session is sold, and what follows from that for the session."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Channel:
    """A vendor that sells sessions, or the wallbox at home, where nothing is sold.

    `buyer` is the field of a session that names who buys; a session names its `payers` as well. Where
    `ends_with_power` is true, the sold session ends when power stops, else when the vehicle is unplugged. `shows` is
    the field of a session that the vendor shows as its id.
    """

    name: str
    shows: Literal["id", "uuid"]
    buyer: Literal["driver", "user"] | None = None
    payers: tuple[str, ...] = ()
    ends_with_power: bool = False
    takes_limits: bool = False
    shows_failed_starts: bool = False
    has_charge_record: bool = False


HOME: Final = Channel("home", shows="uuid")
"""Charging at home: no vendor sells it."""

Channels: TypeAlias = Mapping[str, Channel]
"""The channels of a server by their names, as sessions store them."""


def by_name(*sold: Channel) -> Channels:
    """The channels of some vendors, and the one at home, by their names."""
    return {channel.name: channel for channel in (*sold, HOME)}
