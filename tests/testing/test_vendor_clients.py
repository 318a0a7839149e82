"""A world has a client of each vendor's API, with the vendor's main key."""

import pytest

from app.main import VENDORS
from app.testing.clients import tls_context
from app.testing.vendors import KEYS, OfVendors
from app.worlds.vendor import Vendor


class _Named(OfVendors[str]):
    """Names instead of clients."""

    def _client(self, vendor: str) -> str:
        return vendor


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_vendor_has_a_client(vendor: Vendor) -> None:
    """Each vendor of the server has a property of its name, and its key is the one that its API takes."""
    assert getattr(_Named(), vendor.name) == vendor.name
    assert vendor.main_key.shown_as[0] == KEYS[vendor.name]


def test_clients_share_a_context() -> None:
    """Clients of plain addresses share one context, which has no certificates to load."""
    context = tls_context(is_secure=False)

    assert tls_context(is_secure=False) is context
    assert context.cert_store_stats()["x509_ca"] == 0
