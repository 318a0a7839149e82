"""The channels that scenario files and generated towns name."""

from typing import Final, Literal, TypeAlias

from ..domain.channels import Channel, Channels, by_name

CHARGE: Final = Channel(
    "charge",
    shows="id",
    buyer="driver",
    payers=("driver", "payment_method"),
    ends_with_power=True,
    takes_limits=True,
    shows_failed_starts=True,
)
CARIQA: Final = Channel("cariqa", shows="uuid", buyer="user", payers=("user", "payment_method"), has_charge_record=True)
CHANNELS: Final[Channels] = by_name(CHARGE, CARIQA)
ChannelName: TypeAlias = Literal["charge", "cariqa", "home"]
