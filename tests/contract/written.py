"""Reads the contracts in `openapi/`, and compares answers with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import jsonschema_rs

from app.web import openapi

REPOSITORY: Final = Path(__file__).resolve().parents[2]
CONTRACTS: Final = tuple(openapi.names())
METHODS: Final = ("get", "put", "post", "patch", "delete")
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a contract; `written` is what the contract says of it."""

    contract: str
    method: str
    path: str
    written: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.contract}-{self.name}"

    @property
    def name(self) -> str:
        return str(self.written["operationId"])

    @property
    def statuses(self) -> list[int]:
        return sorted(int(status) for status in self.written["responses"])

    def response(self, status: int) -> dict[str, Any]:
        """The contract of one answer."""
        return resolved(self.contract, self.written["responses"][str(status)])


def operations() -> list[Operation]:
    """Every operation of every contract, in the order in which they are written."""
    return [
        Operation(name, method, path, item[method])
        for name in CONTRACTS
        for path, item in openapi.contract(name)["paths"].items()
        for method in METHODS
        if method in item
    ]


def resolved(contract: str, node: dict[str, Any]) -> dict[str, Any]:
    """The node itself, or what it refers to in its own contract."""
    while "$ref" in node and len(node) == 1:
        target: Any = openapi.contract(contract)
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def schema_faults(contract: str, schema: Mapping[str, Any], value: object) -> list[str]:
    """The faults of a value by a schema of that contract, formats included."""
    whole = {"$schema": _DIALECT, "components": openapi.contract(contract).get("components", {}), **schema}
    validator = jsonschema_rs.validator_for(whole, validate_formats=True)
    return [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in validator.iter_errors(value)]


def answer_faults(operation: Operation, answer: httpx2.Response) -> list[str]:
    """The faults of an answer by the contract of its operation and status."""
    if answer.status_code not in operation.statuses:
        return [f"{operation}: status {answer.status_code} is not written: {answer.text[:200]}"]
    response = operation.response(answer.status_code)
    found = [*_header_faults(operation.contract, response, answer), *_body_faults(operation.contract, response, answer)]
    return [f"{operation} {answer.status_code}: {fault}" for fault in found]


def _header_faults(contract: str, response: Mapping[str, Any], answer: httpx2.Response) -> Iterator[str]:
    for name, node in response.get("headers", {}).items():
        header = resolved(contract, node)
        if name in answer.headers:
            yield from schema_faults(contract, header["schema"], answer.headers[name])
        elif header.get("required"):
            yield f"header {name} is missing"


def _body_faults(contract: str, response: Mapping[str, Any], answer: httpx2.Response) -> Iterator[str]:
    sent = answer.headers.get("content-type", "").split(";")[0]
    if "content" not in response:
        yield from ["a body is not written"] if answer.content else []
        return
    if sent not in response["content"]:
        yield f"content type {sent!r} is not written"
        return
    body = answer.text if sent.startswith("text/") else answer.json()
    yield from schema_faults(contract, response["content"][sent]["schema"], body)
