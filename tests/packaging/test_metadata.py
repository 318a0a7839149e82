"""What the wheel says of itself: the page of its package, the Python versions and the packages that it needs."""

import ast
import json
import re
import tomllib
from email import message_from_string
from email.message import Message
from importlib.metadata import packages_distributions, requires
from sys import stdlib_module_names
from typing import Any, Final
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.conftest import NOT_TESTED
from tests.packaging.conftest import Built
from tests.packaging.environments import ROOT, pythons, run, tools_python

pytestmark = pytest.mark.slow

_PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
_OPTIONAL: Final = {"pytest", "psycopg"}
"""What only the plugin imports, for which pytest has loaded it, and what only the extra `postgres` installs."""
_RENDER: Final = (
    "import json, sys; from readme_renderer import markdown; print(json.dumps(markdown.render(sys.argv[1])))"
)
_LINK: Final = re.compile(r'(?:href|src)="(?!https?://|mailto:|#user-content-)([^"]*)"')


def test_the_files_are_fit_for_an_index(built: Built) -> None:
    """`twine check --strict` has nothing to say against either file."""
    run(tools_python(), "-m", "twine", "check", "--strict", built.wheel, built.sdist)


def test_the_long_description_stands_alone(built: Built) -> None:
    """The README in the metadata is rendered without a link into the checkout, and its code is unchanged."""
    text = str(_metadata(built).get_payload())
    page = json.loads(run(tools_python(), "-c", _RENDER, text))
    code = re.findall(r"^```.*?^```$", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)

    assert "<h1" in page
    assert [block for block in code if block not in text] == []
    assert _LINK.findall(page) == []


def test_the_programs_are_named(built: Built) -> None:
    """The entry points are the command `wattif` and the plugin of pytest."""
    with ZipFile(built.wheel) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith("/entry_points.txt")]
        written = wheel.read(name).decode()

    assert "[console_scripts]\nwattif = wattif.cli:main\n" in written
    assert "[pytest11]\nwattif = wattif.testing.plugin\n" in written


def test_classifiers_name_the_supported_pythons(built: Built) -> None:
    """The classifiers name each Python that `Requires-Python` allows, up to the newest one."""
    metadata = _metadata(built)
    named = [
        text.rpartition(" ")[2] for text in metadata.get_all("Classifier", []) if re.search(r"Python :: 3\.\d+$", text)
    ]
    newest = int(named[-1].partition(".")[2])

    assert named == list(
        SpecifierSet(metadata["Requires-Python"]).filter([f"3.{minor}" for minor in range(newest + 1)])
    )


@pytest.mark.parametrize("version", ["3.11", "3.14"])
def test_the_wheel_is_tested_on_the_oldest_and_the_newest_python(version: str) -> None:
    """The first and the last Python that the classifiers name are there. Skipped where this machine has none."""
    if version not in pythons():
        pytest.skip(f"{NOT_TESTED} ON PYTHON {version}: not on this machine")

    assert run(pythons()[version], "--version").startswith(f"Python {version}.")


def test_every_imported_package_is_required(built: Built) -> None:
    """Each third-party module in the wheel's imports belongs to a package that it requires, directly or not."""
    metadata = _metadata(built)
    required = _with_what_they_require(metadata.get_all("Requires-Dist", []))
    owners = packages_distributions()
    imported = _imported(built) - stdlib_module_names - _OPTIONAL
    missing = {name for name in imported if not required & {canonicalize_name(it) for it in owners.get(name, [])}}

    assert imported >= {"fastapi", "sqlmodel", "yaml"}
    assert missing == set()


def test_the_build_is_locked() -> None:
    """The group `build`, which lock files are made from, is what builds the wheel."""
    assert _PROJECT["dependency-groups"]["build"] == _PROJECT["build-system"]["requires"]


def _metadata(built: Built) -> Message:
    with ZipFile(built.wheel) as wheel:
        [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_string(wheel.read(name).decode())


def _imported(built: Built) -> set[str]:
    """The top-level modules that the modules in the wheel import by absolute names."""
    found: set[str] = set()
    with ZipFile(built.wheel) as wheel:
        for name in wheel.namelist():
            nodes = ast.walk(ast.parse(wheel.read(name))) if name.endswith(".py") else ()
            for node in nodes:
                if isinstance(node, ast.Import):
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.level == 0:
                    found.add((node.module or "").partition(".")[0])
    return found


def _with_what_they_require(written: list[str]) -> set[str]:
    """The names of the required packages without extras, and of what these require in turn."""
    found: set[str] = set()
    queue = [Requirement(text) for text in written]
    while queue:
        required = queue.pop()
        name = canonicalize_name(required.name)
        if name not in found and (required.marker is None or required.marker.evaluate({"extra": ""})):
            found.add(name)
            queue += [Requirement(text) for text in requires(name) or []]
    return found
