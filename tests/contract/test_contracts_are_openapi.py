"""A contract has no key that OpenAPI 3.1 does not know, and says each thing in a form that generators of clients read.

YAML cuts an unquoted text in braces at its commas, and makes a key of what follows.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from app.web import openapi
from tests.contract.written import CONTRACTS, resolved

_DESCRIBED: Final = {"summary", "description"}
_PARAMETER: Final = {
    "description",
    "required",
    "deprecated",
    "style",
    "explode",
    "schema",
    "example",
    "examples",
    "content",
}
_KEYS: Final[dict[str, set[str]]] = {
    "document": {"openapi", "info", "servers", "paths", "components", "security", "tags", "externalDocs"},
    "info": {"title", "summary", "description", "termsOfService", "contact", "license", "version"},
    "contact": {"name", "url", "email"},
    "license": {"name", "identifier", "url"},
    "server": {"url", "description", "variables"},
    "tag": {"name", "description", "externalDocs"},
    "components": {"schemas", "responses", "parameters", "headers", "securitySchemes"},
    "path": {*_DESCRIBED, "get", "put", "post", "delete", "patch", "parameters"},
    "operation": {
        *_DESCRIBED,
        *("tags", "operationId", "parameters", "requestBody", "responses", "deprecated", "security", "externalDocs"),
    },
    "parameter": {*_PARAMETER, "name", "in", "allowEmptyValue", "allowReserved"},
    "header": _PARAMETER,
    "body": {"description", "content", "required"},
    "response": {"description", "headers", "content", "links"},
    "media": {"schema", "example", "examples", "encoding"},
    "example": {*_DESCRIBED, "value", "externalValue"},
    "link": {"operationId", "operationRef", "parameters", "requestBody", "description", "server"},
    "security": {"type", "description", "name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl"},
    "schema": {
        *("$ref", "$comment", "title", "description", "default", "example", "examples", "deprecated"),
        *("readOnly", "writeOnly", "type", "enum", "const", "format", "contentEncoding", "contentMediaType"),
        *("multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"),
        *("maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "items", "prefixItems"),
        *("contains", "maxContains", "minContains", "maxProperties", "minProperties", "required"),
        *("properties", "patternProperties", "additionalProperties", "propertyNames"),
        *("dependentRequired", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties"),
        *("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "discriminator", "externalDocs", "xml"),
    },
}
"""The fixed fields of each object of OpenAPI 3.1, and the keywords of its schemas."""
_PARTS: Final[dict[str, dict[str, str]]] = {
    "document": {"info": "info", "servers": "[server", "paths": "{path", "components": "components", "tags": "[tag"},
    "info": {"contact": "contact", "license": "license"},
    "components": {
        "schemas": "{schema",
        "responses": "{response",
        "parameters": "{parameter",
        "headers": "{header",
        "securitySchemes": "{security",
    },
    "path": {**dict.fromkeys(("get", "put", "post", "delete", "patch"), "operation"), "parameters": "[parameter"},
    "operation": {"parameters": "[parameter", "requestBody": "body", "responses": "{response"},
    "parameter": {"schema": "schema", "examples": "{example"},
    "header": {"schema": "schema", "examples": "{example"},
    "body": {"content": "{media"},
    "response": {"headers": "{header", "content": "{media", "links": "{link"},
    "media": {"schema": "schema", "examples": "{example"},
    "schema": {
        **dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), "{schema"),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "[schema"),
        **dict.fromkeys(
            ("items", "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else"), "schema"
        ),
    },
}
"""The kind of what stands under a key: one, a list of them (`[`), or an object of them by name (`{`)."""
Part = tuple[str, str, dict[str, Any]]
"""The kind of a part of a contract, its place, and the part."""


@pytest.mark.parametrize("contract", CONTRACTS)
def test_every_key_is_known(contract: str) -> None:
    """Each key is one of OpenAPI 3.1 or begins with `x-`."""
    unknown = [
        f"{place}: {key}"
        for kind, place, part in _parts(contract)
        for key in part
        if key not in _KEYS[kind] and key != "$ref" and not str(key).startswith("x-")
    ]

    assert unknown == []


@pytest.mark.parametrize("contract", CONTRACTS)
def test_values_have_types(contract: str) -> None:
    """A schema with `enum` or `const` has a type too: without one, generators guess, and drop nulls."""
    untyped = [
        place
        for kind, place, part in _parts(contract)
        if kind == "schema" and part.keys() & {"enum", "const"} and "type" not in part and not _narrows(place)
    ]

    assert untyped == []


@pytest.mark.parametrize("contract", CONTRACTS)
def test_schemas_are_not_merged(contract: str) -> None:
    """Nothing is described by several schemas at once: generators keep the fields of one of them only.

    That is `allOf`, a choice beside a type, and `properties` beside a reference. What narrows an answer further stands
    under `dependentSchemas`, which generators do not read.
    """
    merged = [
        place
        for kind, place, part in _parts(contract)
        if kind == "schema"
        and (
            "allOf" in part
            or ("type" in part and part.keys() & {"anyOf", "oneOf"})
            or ("$ref" in part and part.keys() & {"type", "properties", "required", "anyOf", "oneOf", "enum", "const"})
        )
    ]

    assert merged == []


@pytest.mark.parametrize("contract", CONTRACTS)
def test_fields_have_no_defaults(contract: str) -> None:
    """A field with a `default` would be a required one in TypeScript; its description says what it defaults to."""
    defaults = [place for kind, place, part in _parts(contract) if kind == "schema" and "default" in part]

    assert [place for place in defaults if "parameters" not in place.split("/")] == []


@pytest.mark.parametrize("contract", CONTRACTS)
def test_objects_say_what_else_they_hold(contract: str) -> None:
    """A free object says `additionalProperties: true`: without it, it is one without any field in TypeScript."""
    silent = [
        place
        for kind, place, part in _parts(contract)
        if kind == "schema"
        and part.get("type") == "object"
        and not part.keys() & {"properties", "additionalProperties"}
    ]

    assert silent == []


@pytest.mark.parametrize("contract", CONTRACTS)
def test_headers_that_are_sent_are_plain_text(contract: str) -> None:
    """The schema of a header of a request has no format, which generators refuse there."""
    formats = [
        place
        for kind, place, part in _parts(contract)
        if kind == "parameter" and part.get("in") == "header" and "format" in resolved(contract, part["schema"])
    ]

    assert formats == []


@pytest.mark.parametrize("contract", CONTRACTS)
def test_parameters_and_bodies_have_examples(contract: str) -> None:
    """Tools that import a contract fill in the examples. Only a page token has none: the next page's is made anew.

    Neither has a driver whom a fleet, which has an example, excludes.
    """
    bare = [
        part.get("name", place)
        for kind, place, part in _parts(contract)
        if kind in {"parameter", "body"} and "$ref" not in part and not _has_example(part)
    ]

    assert bare == [name for name in bare if name in {"page", "driver"} and contract == "charge"]
    assert bare.count("driver") <= 2


def _has_example(part: dict[str, Any]) -> bool:
    shown = list(part.get("content", {}).values()) or [part]
    return all(it.keys() & {"example", "examples"} for it in shown)


def _narrows(place: str) -> bool:
    """Whether a schema only narrows another one, which has the type."""
    return bool({"dependentSchemas", "if", "then", "else", "not"} & set(place.split("/")))


def _parts(contract: str) -> Iterator[Part]:
    yield from _parts_of("document", openapi.contract(contract), contract)


def _parts_of(kind: str, node: object, place: str) -> Iterator[Part]:
    """A part of a contract and all parts in it. `true` and `false` are schemas too."""
    if isinstance(node, bool):
        return
    assert isinstance(node, dict), f"{place} is no object"
    yield kind, place, node
    for key, under in _PARTS.get(kind, {}).items():
        if key not in node:
            continue
        if under.startswith("["):
            for n, item in enumerate(node[key]):
                yield from _parts_of(under[1:], item, f"{place}/{key}/{n}")
        elif under.startswith("{"):
            for name, item in node[key].items():
                yield from _parts_of(under[1:], item, f"{place}/{key}/{name}")
        else:
            yield from _parts_of(under, node[key], f"{place}/{key}")
