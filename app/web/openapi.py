"""The hand-written OpenAPI contracts in `openapi/`, as JSON that this server serves."""

from functools import cache
from typing import Any, Final

import yaml

from ..data_files import OPENAPI

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def names() -> list[str]:
    """The contracts there are."""
    return sorted(file.stem for file in OPENAPI.glob("*.yaml"))


@cache
def contract(name: str) -> dict[str, Any]:
    """One contract."""
    with (OPENAPI / f"{name}.yaml").open("rb") as file:
        document: dict[str, Any] = yaml.load(file, Loader=_LOADER)  # noqa: S506 - a safe loader either way
    return document


def served(name: str, origin: str) -> dict[str, Any]:
    """One contract whose first server is this one, so that whoever reads it can try it."""
    return {**contract(name), "servers": [{"url": origin, "description": "This sandbox."}]}
