"""Only `wall_clock.py` asks the machine for the time or for chance; all other modules take them as arguments."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

_APP: Final = Path(__file__).resolve().parents[2] / "app"
_CLOCK: Final = _APP / "wall_clock.py"
_MODULES: Final = {"time", "secrets"}
"""Modules that no other module may import."""
_CALLS: Final = {"now", "utcnow", "today", "uuid1", "uuid4", "urandom", "SystemRandom", "getrandbits", "seed"}
_FOREIGN: Final = {"datetime", "date", "random", "Faker"}
"""Modules and classes whose `now` and `seed` are the machine's."""
_UNSEEDED: Final = {"Random"}
"""Classes that are random unless they are given a seed."""


def test_other_modules_do_not_read_the_clock() -> None:
    """No other module imports, calls or refers to the machine's clock or chance."""
    found = [fault for path in sorted(_APP.rglob("*.py")) if path != _CLOCK for fault in _faults(path)]

    assert found == []


def test_the_clock_reads_it() -> None:
    """The search finds the uses in `wall_clock.py` itself, so it looks for the right things."""
    assert len(list(_faults(_CLOCK))) >= len(_MODULES)


@pytest.mark.parametrize(
    "line",
    [
        "import time",
        "from time import monotonic",
        "import secrets",
        "datetime.now(UTC)",
        "datetime.datetime.now()",
        "date.today()",
        "uuid.uuid4()",
        "from uuid import uuid4",
        "key=datetime.utcnow",
        "random.random()",
        "from random import choice",
        "Random()",
        "Faker.seed(1)",
        "os.urandom(8)",
    ],
)
def test_the_search_finds(line: str) -> None:
    """The search finds each way to read the clock or to make chance."""
    assert list(_faults_of(ast.parse(line), "example.py"))


def _faults(path: Path) -> Iterator[str]:
    yield from _faults_of(ast.parse(path.read_text()), str(path.relative_to(_APP)))


def _faults_of(tree: ast.Module, name: str) -> Iterator[str]:
    for node in ast.walk(tree):
        for use in _uses_in(node):
            yield f"{name}:{getattr(node, 'lineno', 0)}: {use}"


def _uses_in(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (f"import {it.name}" for it in names if it.name.partition(".")[0] in _MODULES)
        case ast.ImportFrom(module=module, names=names, level=0):
            yield from (f"from {module} import {it.name}" for it in names if _is_refused(str(module), it.name))
        case ast.Attribute(attr=attr) if attr in _CALLS and not _is_our_own(node):
            yield f"….{attr}"
        case ast.Attribute(attr=attr, value=ast.Name(id="random")):
            yield f"random.{attr}"
        case ast.Call(func=ast.Name(id=called), args=[], keywords=[]) if called in _UNSEEDED:
            yield f"{called}() without a seed"


def _is_refused(module: str, name: str) -> bool:
    return (
        module in _MODULES or (module in {"uuid", "os"} and name in _CALLS) or (module == "random" and name != "Random")
    )


def _is_our_own(node: ast.Attribute) -> bool:
    """Whether the expression is an attribute `now` or `seed` of an own object."""
    owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", None)
    return node.attr in {"now", "seed"} and owner not in _FOREIGN
