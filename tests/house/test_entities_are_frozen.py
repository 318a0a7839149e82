"""Entities are declared frozen, so that mypy refuses an assignment to a field: a change makes a new entity."""

import ast
from pathlib import Path
from typing import Final

_MODELS: Final = Path(__file__).resolve().parents[2] / "app" / "domain" / "models.py"
_NOT_YET_FROZEN: Final = {"Session", "Reservation"}


def test_entities_are_frozen() -> None:
    """Every dataclass of `domain/models.py` has `frozen=True`."""
    classes = [node for node in ast.walk(ast.parse(_MODELS.read_text("utf-8"))) if isinstance(node, ast.ClassDef)]
    dataclasses = {it.name: it.decorator_list for it in classes if it.decorator_list}
    changeable = {name for name, decorators in dataclasses.items() if not any(map(_is_frozen, decorators))}

    assert dataclasses
    assert changeable - _NOT_YET_FROZEN == set()


def _is_frozen(decorator: ast.expr) -> bool:
    keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
    return any(it.arg == "frozen" and isinstance(it.value, ast.Constant) and it.value.value is True for it in keywords)
