"""`wattif fidelity` prints what is emulated, without a server."""

import json

from app.main import VENDORS
from app.web import documented
from tests.serving.conftest import Command, Output
from tests.serving.fake_server import FakeServer


def test_page_and_listing_are_printed(command: Command, server: FakeServer) -> None:
    """The page is printed in Markdown, and with `--json` what the control API lists. No request is sent."""
    shown, raw = command("fidelity"), command("fidelity", "--json")

    assert shown == Output(0, documented.markdown(VENDORS), "")
    assert json.loads(raw.out) == {"vendors": documented.listing(VENDORS)}
    assert server.asked == []
