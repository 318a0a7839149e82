"""Each open world has a link key of its own, which a reset keeps and a copy does not take over."""

import re
from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.databases import Kept

WORLDS: Final = "/_sandbox/v1/worlds"
JSON: Final = {"Content-Type": "application/json"}

pytestmark = pytest.mark.own_server


def test_every_open_world_has_a_link_key(sandbox: Sandbox) -> None:
    """It has 24 letters and digits, and each world's is different."""
    for name in ("one", "other"):
        sandbox.client.post(WORLDS, json={"name": name})
    keys = link_keys(sandbox.kept)

    assert {"default", "documented", "one", "other"} <= keys.keys()
    assert all(re.fullmatch("[A-Za-z0-9]{24}", key) for key in keys.values())
    assert len(set(keys.values())) == len(keys)


def test_a_copy_gets_a_new_link_key(sandbox: Sandbox) -> None:
    """A fork and an import of a world have keys of their own."""
    sandbox.client.post(WORLDS, json={"name": "forked", "fork": "default"})
    file = sandbox.client.get(f"{WORLDS}/default/export").content
    sandbox.client.post(f"{WORLDS}/import?name=imported", content=file, headers=JSON)
    keys = link_keys(sandbox.kept)

    assert len({keys[name] for name in ("default", "forked", "imported")}) == 3
    assert all(key.encode() not in file for key in keys.values())


def test_a_reset_keeps_the_link_key(sandbox: Sandbox) -> None:
    """A world that is made anew has the link key that it had, as it has the other keys."""
    before = link_keys(sandbox.kept)["documented"]

    assert sandbox.client.post(f"{WORLDS}/documented/reset").status_code == 200
    assert link_keys(sandbox.kept)["documented"] == before


def test_only_an_open_world_has_a_link_key(sandbox: Sandbox) -> None:
    """A template or a spare, which no key opens, has none."""
    waiting: list[Any] = sandbox.kept.rows("SELECT link_key FROM world WHERE state IN ('template', 'spare')")

    assert waiting
    assert {row.link_key for row in waiting} == {""}


def link_keys(kept: Kept) -> dict[str, str]:
    """The link keys of open worlds, by the worlds' names."""
    return {row.name: row.link_key for row in kept.rows("SELECT name, link_key FROM world WHERE state = 'open'")}
