"""The hand-written OpenAPI contracts in `openapi/`, as JSON that this server serves."""

from functools import cache
from typing import Any, Final

import yaml

from ..data_files import OPENAPI

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def names() -> list[str]:
    """The names of all contracts."""
    return sorted(file.stem for file in OPENAPI.glob("*.yaml"))


@cache
def contract(name: str) -> dict[str, Any]:
    """One contract."""
    with (OPENAPI / f"{name}.yaml").open("rb") as file:
        document: dict[str, Any] = yaml.load(file, Loader=_LOADER)  # noqa: S506 - a safe loader either way
    return document


def documented_keys(name: str) -> dict[str, str]:
    """The keys of the world `documented` for the security schemes of a contract."""
    schemes = contract(name).get("components", {}).get("securitySchemes", {})
    return {name: scheme["x-documented-key"] for name, scheme in schemes.items() if "x-documented-key" in scheme}


def served(name: str, origin: str) -> dict[str, Any]:
    """One contract with this server as its only one, so that a reader of the contract can try its operations."""
    return {**contract(name), "servers": [{"url": origin, "description": "This sandbox."}]}
