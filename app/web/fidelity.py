"""How well each operation of a contract, each answer and each field is known, from the contract's `x-fidelity`.

It is written where it differs: a field without one has that of its schema, else that of what the field is in, which is
an object, an answer or a parameter, and in the end its operation.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

Contract: TypeAlias = Mapping[str, Any]

MEANINGS: Final = {
    "seed": "on the pages of the vendor's documentation that Wattif was first built from",
    "documented": "elsewhere in the vendor's documentation",
    "assumed": "the vendor is silent, and the choice is Wattif's",
}
_METHODS: Final = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Known:
    """One parameter, answer or field: the part of the call it belongs to, its name, and how well it is known."""

    part: str
    name: str
    fidelity: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as a contract writes it, with its path and the parameters of its path."""

    contract: Contract
    method: str
    path: str
    written: Mapping[str, Any]
    shared: Sequence[Mapping[str, Any]]

    @property
    def name(self) -> str:
        return str(self.written["operationId"])

    @property
    def fidelity(self) -> str:
        return str(self.written["x-fidelity"])

    @property
    def quirks(self) -> list[str]:
        return list(self.written.get("x-quirks", ()))

    def known(self) -> Iterator[Known]:
        """Parameters, the fields of the body, and each answer with its fields; those of a schema are listed once."""
        seen: set[str] = set()
        for parameter in (*self.shared, *self.written.get("parameters", ())):
            it = self._target(parameter)
            yield Known(it["in"], it["name"], self._mark(it, self.fidelity))
        yield from self._content("body", self.written.get("requestBody", {}), self.fidelity, seen)
        for status, response in self.written["responses"].items():
            fidelity = self._mark(response, self.fidelity)
            yield Known("answer", status, fidelity)
            yield from self._content(f"answer {status}", self._target(response), fidelity, seen)

    def _content(self, part: str, holder: Mapping[str, Any], fidelity: str, seen: set[str]) -> Iterator[Known]:
        for media in holder.get("content", {}).values():
            reference = media["schema"].get("$ref")
            if reference not in seen:
                yield from self._fields(part, media["schema"], self._mark(media["schema"], fidelity), "")
            seen |= {reference} - {None}

    def _fields(self, part: str, schema: Mapping[str, Any], fidelity: str, above: str) -> Iterator[Known]:
        target = self._target(schema)
        for name, field in target.get("properties", {}).items():
            mark = self._mark(field, fidelity)
            yield Known(part, f"{above}{name}", mark)
            yield from self._fields(part, field, mark, f"{above}{name}.")
        if "items" in target:
            inner = target["items"]
            yield from self._fields(part, inner, self._mark(inner, fidelity), f"{above.removesuffix('.')}[].")

    def _mark(self, node: Mapping[str, Any], inherited: str) -> str:
        return str(node.get("x-fidelity") or self._target(node).get("x-fidelity") or inherited)

    def _target(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in node:
            target: Any = self.contract
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node


def operations(contract: Contract) -> list[Operation]:
    """The operations of a contract, in the order in which they are written."""
    return [
        Operation(contract, method, path, item[method], item.get("parameters", ()))
        for path, item in contract["paths"].items()
        for method in _METHODS
        if method in item
    ]
