"""The examples of the contracts are valid by their own schemas, and their references exist."""

from collections.abc import Iterator
from typing import Any

import pytest

from app.web import openapi
from tests.contract.written import CONTRACTS, operations, resolved, schema_faults

Shown = tuple[str, dict[str, Any], object]
"""The place of an example, its schema, and the example."""


@pytest.mark.parametrize("contract", CONTRACTS)
def test_examples_are_valid(contract: str) -> None:
    """Every example of a body, a parameter or a header is valid by its own schema."""
    shown = list(_shown(contract, openapi.contract(contract), ""))

    assert shown
    assert [(place, fault) for place, schema, it in shown for fault in schema_faults(contract, schema, it)] == []


@pytest.mark.parametrize("contract", CONTRACTS)
def test_references_exist(contract: str) -> None:
    """Every `$ref` names a part of its own document."""
    for reference in _references(openapi.contract(contract)):
        assert reference.startswith("#/components/")
        assert resolved(contract, {"$ref": reference})


@pytest.mark.parametrize("contract", CONTRACTS)
def test_components_are_used(contract: str) -> None:
    """Every component is referenced."""
    document = openapi.contract(contract)
    kept = {
        f"#/components/{kind}/{name}"
        for kind, named in document["components"].items()
        if kind != "securitySchemes"
        for name in named
    }

    assert kept == set(_references(document))


@pytest.mark.parametrize("contract", [name for name in CONTRACTS if name != "sandbox"])
def test_vendors_answers_have_examples(contract: str) -> None:
    """Every answer of a vendor that has a body has an example."""
    bare = [
        f"{operation} {status}"
        for operation in operations()
        if operation.contract == contract
        for status in operation.statuses
        for media in operation.response(status).get("content", {}).values()
        if "examples" not in media
    ]

    assert bare == []


def _shown(contract: str, node: object, place: str) -> Iterator[Shown]:
    if isinstance(node, list):
        for n, item in enumerate(node):
            yield from _shown(contract, item, f"{place}/{n}")
    if not isinstance(node, dict):
        return
    if "schema" in node:
        for name, example in node.get("examples", {}).items():
            yield f"{place}/examples/{name}", node["schema"], example["value"]
        if "example" in node:
            yield f"{place}/example", node["schema"], node["example"]
    for name, item in node.items():
        if name not in ("example", "examples"):
            yield from _shown(contract, item, f"{place}/{name}")


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from _references(item)
