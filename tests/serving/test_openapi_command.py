"""`wattif openapi` prints the contracts without a server."""

import json

import pytest
import yaml

from app.data_files import OPENAPI
from tests.serving.conftest import Command, Output
from tests.serving.fake_server import FakeServer

pytestmark = pytest.mark.slow

NAMES = sorted(file.stem for file in OPENAPI.glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_contract_is_printed(command: Command, server: FakeServer, name: str) -> None:
    """The YAML is printed as it is written; with `--json`, the same as JSON. No request is sent."""
    written = (OPENAPI / f"{name}.yaml").read_text("utf-8")
    shown, raw = command("openapi", name), command("openapi", name, "--json")

    assert shown == Output(0, written, "")
    assert (raw.code, raw.err) == (0, "")
    assert json.loads(raw.out) == yaml.safe_load(written)
    assert server.asked == []


def test_the_contracts_are_listed(command: Command) -> None:
    """Without a name, the names are printed, one in a line."""
    assert command("openapi") == Output(0, "".join(f"{name}\n" for name in NAMES), "")


def test_an_unknown_contract_is_wrong_usage(command: Command) -> None:
    """The exit code is 2, and the line has the names that there are."""
    shown = command("openapi", "../fixtures/town")

    assert (shown.code, shown.out) == (2, "")
    assert all(name in shown.err for name in NAMES)
