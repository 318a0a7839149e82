"""How sessions are sold through Cariqa."""

from typing import Final

from ...scenario.channels import CARIQA

CHANNEL: Final = CARIQA
