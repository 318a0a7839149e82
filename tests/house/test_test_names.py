"""Every test has a name with a subject and a docstring that says what holds."""

import ast
from functools import cache
from pathlib import Path
from typing import Final

_TESTS: Final = Path(__file__).resolve().parents[1]
_PRONOUNS: Final = {
    *("it", "its", "they", "their", "this", "that", "these", "those", "there", "others", "none", "something"),
    *("who", "whose", "whom", "what", "which", "when", "where", "whoever", "whatever", "whichever"),
    *("nobody", "somebody", "everybody", "anybody", "nothing", "everything", "anything"),
}
"""First words of names that leave open what the test is about."""


def test_names_begin_with_a_subject() -> None:
    """No name begins with a pronoun: it says of what something is promised."""
    vague = [
        f"{path.relative_to(_TESTS)}::{test.name}" for path, test in _tests() if test.name.split("_")[1] in _PRONOUNS
    ]

    assert vague == []


def test_docstrings_are_sentences() -> None:
    """Each test has a docstring whose first paragraph is a sentence."""
    missing = [
        f"{path.relative_to(_TESTS)}::{test.name}"
        for path, test in _tests()
        if not (ast.get_docstring(test) or "").split("\n\n")[0].endswith(".")
    ]

    assert missing == []


@cache
def _tests() -> list[tuple[Path, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every test function with its file."""
    found = [
        (path, node)
        for path in sorted(_TESTS.rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]
    assert found
    return found
