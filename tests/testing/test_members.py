"""The world for code that awaits has what the other one has, and takes the same arguments."""

from collections.abc import Iterator
from inspect import get_annotations, isfunction, signature
from typing import Final

import pytest

from app.testing import AsyncWorld, SandboxWorld

_OF_SYNC: Final = {"client", "answer", "close"}
"""What only `AsyncWorld.sync` has: the client that blocks, its answer, and the end of clients that keep connections."""


def _members(kind: type) -> set[str]:
    """The public attributes and methods of a class and its bases."""
    return {
        name for each in kind.__mro__ for name in (*get_annotations(each), *vars(each)) if not name.startswith("_")
    } - _OF_SYNC


def _methods() -> Iterator[str]:
    return (name for name in sorted(_members(SandboxWorld)) if isfunction(getattr(SandboxWorld, name, None)))


def test_members_are_the_same() -> None:
    """Each public member of the one is a member of the other."""
    assert _members(AsyncWorld) == _members(SandboxWorld)


@pytest.mark.parametrize("name", list(_methods()))
def test_methods_take_the_same(name: str) -> None:
    """Parameters have the same names, kinds and defaults."""
    there, here = (
        [(each.name, each.kind, each.default) for each in signature(getattr(kind, name)).parameters.values()]
        for kind in (SandboxWorld, AsyncWorld)
    )

    assert here == there
