"""A type checker sees the types of the installed package in the code of its user."""

import re
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.packaging.environments import Installation

pytestmark = pytest.mark.slow

_RIGHT: Final = """
from datetime import datetime, timedelta
from typing import assert_type

import httpx2
import wattif
from wattif.client import Advance, ControlClient, ControlError, World
from wattif.testing import AsyncWorld, SandboxWorld, TestServer


def test_session_is_paid(wattif: SandboxWorld, wattif_server: TestServer) -> None:
    assert_type(wattif.sample["charge"]["driver"], str)
    assert_type(wattif.orders["charge"]["driver"], str)
    assert_type(wattif.credentials["podero"]["client_secret"], str)
    assert_type(wattif.charge.get("/charging_sessions"), httpx2.Response)
    assert_type(wattif.advance(by=timedelta(hours=8)), Advance)
    assert_type(wattif.clock.now, datetime)
    assert_type(wattif.env, dict[str, str])
    assert_type(wattif_server.client, ControlClient)


async def test_session_is_paid_later(wattif_async: AsyncWorld) -> None:
    assert_type(await wattif_async.cariqa.get("/users/"), httpx2.Response)


def export(client: ControlClient) -> bytes:
    with client.create_world(scenario="village") as world:
        assert_type(world, World)
        return world.export()


def script() -> None:
    try:
        with wattif.world(scenario="village") as world:
            assert_type(world, SandboxWorld)
    except ControlError as error:
        assert_type(error, ControlError)
"""
_WRONG: Final = """
import wattif
from wattif.testing import SandboxWorld


def test_mistakes(wattif: SandboxWorld) -> None:
    wattif.advance(by=8)
    wattif.credentials["charge"]["secret"]


def mistake() -> bytes:
    with wattif.world(scenario=1) as world:
        return world.url
"""


def test_types_are_known(installation: Installation, tmp_path: Path) -> None:
    """`mypy --strict` finds the mistakes in a project that uses client, fixtures and `wattif.world`, and only those."""
    (tmp_path / "right.py").write_text(_RIGHT, "utf-8")
    (tmp_path / "wrong.py").write_text(_WRONG, "utf-8")
    options = ("--strict", "--no-incremental", "--config-file=", f"--python-executable={installation.bin / 'python'}")
    checked = installation.run(sys.executable, "-m", "mypy", *options, "right.py", "wrong.py", folder=tmp_path)

    assert re.findall(r"^(\w+\.py):(\d+): error: .*\[(.+)\]$", checked.stdout, re.MULTILINE) == [
        ("wrong.py", "7", "arg-type"),
        ("wrong.py", "8", "typeddict-item"),
        ("wrong.py", "12", "arg-type"),
        ("wrong.py", "13", "return-value"),
    ], checked.stdout + checked.stderr
