"""A reader who copies a recipe and types the lines of its README gets what it shows."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.docs.blocks import blocks
from tests.docs.page_run import fault_in, is_run
from tests.docs.reader import Reader
from tests.installed import ROOT

EXAMPLES: Final = ROOT / "examples"
RECIPES: Final = ("github-actions", "gitlab-ci", "pytest", "pytest-subprocess", "schemathesis")
GLUE: Final = 5


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES)
def test_recipe_works_as_its_readme_says(recipe: str, reader_in: Callable[[str], Reader]) -> None:
    """The commands of the README succeed in a copy of the folder, and print what is shown."""
    page = (EXAMPLES / recipe / "README.md").read_text("utf-8")
    assert any(block.language == "console" and is_run(block) for block in blocks(page))

    fault = fault_in(page, reader_in(recipe))

    assert fault is None, f"examples/{recipe}/README.md, {fault}"


def test_examples_are_all_tested() -> None:
    """Each folder has a README or a page of the documentation, and is named by a test."""
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    pages = "".join(path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md"))
    folders = [path for path in EXAMPLES.iterdir() if path.is_dir()]

    assert [it.name for it in folders if f'"{it.name}"' not in tests] == []
    assert [it.name for it in folders if not (it / "README.md").exists() and f"examples/{it.name}" not in pages] == []


@pytest.mark.parametrize("file", ["pytest/test_billing.py", "schemathesis/test_service.py"])
def test_glue_of_a_test_module_is_short(file: str) -> None:
    """Besides imports and tests it has at most five lines, which are those that the README shows."""
    path = EXAMPLES / file
    glue = glue_of(path)

    assert 0 < len(glue.splitlines()) <= GLUE
    assert glue in (path.parent / "README.md").read_text("utf-8")


def glue_of(path: Path) -> str:
    """The lines of the functions that are no tests."""
    text = path.read_text("utf-8")
    lines = text.splitlines()
    return "\n".join(
        line
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_")
        for line in lines[node.decorator_list[0].lineno - 1 : node.end_lineno]
    )
