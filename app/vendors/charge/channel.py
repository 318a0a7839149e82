"""How sessions are sold through Charge."""

from typing import Final

from ...scenario.channels import CHARGE

CHANNEL: Final = CHARGE
