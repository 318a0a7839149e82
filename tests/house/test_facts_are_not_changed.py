"""An entity is never assigned to: what changes is a new one, so that a moment stays as it was asked for."""

import ast
from pathlib import Path

APP = Path(__file__).parents[2] / "app"
ROOMS = ("domain", "store", "operations", "worlds", "archive", "generate", "scenario", "vendors")


def test_nobody_assigns_to_another_objects_field() -> None:
    """Only `self` is assigned to, in the rooms where entities go through."""
    changed = [
        f"{path.relative_to(APP)}:{target.lineno}"
        for room in ROOMS
        for path in (APP / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for target in _targets(node)
        if not (isinstance(target.value, ast.Name) and target.value.id in {"self", "app", "route"})
    ]

    assert changed == []


def _targets(node: ast.AST) -> list[ast.Attribute]:
    """The fields that a statement assigns to."""
    if isinstance(node, ast.Assign):
        written: list[ast.expr] = node.targets
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        written = [node.target]
    else:
        return []
    flat = [part for each in written for part in (each.elts if isinstance(each, ast.Tuple) else [each])]
    return [target for target in flat if isinstance(target, ast.Attribute)]
