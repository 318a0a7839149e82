"""An expanded object is shown as its own retrieve shows it, for every path that the contract names."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from app.web import openapi
from tests.conftest import Sandbox
from tests.contract.written import resolved

_PATHS: Final = {"policy": "policies"}
"""The last step of the path of a kind's retrieve, where it is not the kind and an s."""


def _lists() -> Iterator[tuple[str, str]]:
    """Each list of the contract, with each path that it expands."""
    for path, item in openapi.contract("charge")["paths"].items():
        parameters = [resolved("charge", it) for it in item.get("get", {}).get("parameters", ())]
        by_name = {it["name"]: it for it in parameters}
        if {"page", "expand"} <= by_name.keys():
            for expanded in by_name["expand"]["schema"]["items"]["enum"]:
                yield path, expanded


@pytest.mark.parametrize("world", ["default", "documented"])
@pytest.mark.parametrize(("path", "expanded"), list(_lists()))
def test_expanded_objects_are_as_they_are_retrieved(untouched: Sandbox, path: str, expanded: str, world: str) -> None:
    """Objects stand where their ids are without `expand`, and nothing else of a row changes."""
    plain = untouched.charge(path, world=world, limit=20).json()["data"]
    rows = untouched.charge(path, world=world, limit=20, expand=[expanded]).json()["data"]

    _check(untouched, world, plain, rows)


def _check(sandbox: Sandbox, world: str, plain: Any, shown: Any) -> None:  # noqa: ANN401 - members of objects
    """Compares two values; where the one is an id, the other may be the object."""
    if isinstance(plain, dict) and isinstance(shown, dict):
        assert list(plain) == list(shown)
        for name, value in plain.items():
            _check(sandbox, world, value, shown[name])
    elif isinstance(plain, list) and isinstance(shown, list):
        for one, other in zip(plain, shown, strict=True):
            _check(sandbox, world, one, other)
    elif isinstance(plain, str) and isinstance(shown, dict):
        kind = shown["object"]
        retrieved = sandbox.charge(f"/v1/{_PATHS.get(kind, f'{kind}s')}/{plain}", world=world)
        assert retrieved.status_code == 200, retrieved.text
        _check(sandbox, world, retrieved.json(), shown)
    else:
        assert plain == shown
