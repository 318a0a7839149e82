"""The guide for contributors names the layers and the packages as they are."""

import re
import tomllib
from pathlib import Path
from typing import Final

_REPOSITORY: Final = Path(__file__).resolve().parents[2]
_GUIDE: Final = (_REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
_CONTRACTS: Final = tomllib.loads((_REPOSITORY / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]


def test_layers_are_those_of_the_contract() -> None:
    """The diagram has each layer that `make lint` checks, from top to bottom."""
    [layers] = [contract["layers"] for contract in _CONTRACTS["contracts"] if contract["type"] == "layers"]
    diagram = _GUIDE.partition("## The house\n\n```\n")[2].partition("```")[0]

    assert [re.split(r" {2,}", line)[0] for line in diagram.splitlines()] == layers


def test_each_package_is_described() -> None:
    """The table has a row for each package and module of `app`, and no others."""
    paths = [
        path for path in (_REPOSITORY / "app").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    ]
    there = {path.name if path.suffix else f"{path.name}/" for path in paths if not path.name.startswith("__")}
    rows = set(re.findall(r"^\| `(\w+(?:\.py|/))(?:<v>/)?` \|", _GUIDE, re.MULTILINE))

    assert rows == there
