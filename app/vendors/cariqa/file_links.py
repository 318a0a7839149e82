"""The links of sessions to invoices and logos (CARIQA-007)."""

from functools import lru_cache
from typing import Final, NamedTuple

import orjson

from ...store.world import World
from ...web import file_links
from ...worlds.lifecycle import DOCUMENTED

_INVOICES: Final = b"https://invoices.wattif.example"
_LOGOS: Final = "https://logos.wattif.example"
"""The hosts that the documented sessions name; they are reserved and never answer."""


class FileLinks(NamedTuple):
    """The links in one answer; `invoices` is what those to invoices begin with, as it stands in a string of JSON.

    They lead to this server, at the address `origin`. The scenario of the documentation keeps its literal links, which
    lead nowhere; `origin` is None there.
    """

    invoices: bytes
    origin: str | None

    @classmethod
    def of(cls, world: World, origin: str) -> "FileLinks":
        """The links of a world, for a request to that address."""
        if world.scenario == DOCUMENTED:
            return cls(_INVOICES, None)
        return cls(orjson.dumps(file_links.invoices(origin, world.link_key))[1:-1], origin)

    def invoice(self, uuid: str) -> str:
        """The link to the invoice of a session as a PDF file."""
        return f"{self.invoices.decode()}/{uuid}.pdf"

    def logo(self, operator: str) -> str:
        """The link to an operator's logo."""
        return _literal_logo(operator) if self.origin is None else self.origin + file_links.logo_path(operator)


@lru_cache(maxsize=64)
def _literal_logo(operator: str) -> str:
    ascii_name = operator.encode("ascii", "ignore").decode().lower()
    return f"{_LOGOS}/{'-'.join(ascii_name.split()) or 'operator'}.png"
