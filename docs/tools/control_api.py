"""The reference of the control API, from its contract: `python docs/tools/control_api.py > docs/control-api.md`."""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

ROOT: Final = Path(__file__).resolve().parents[2]
CONTRACT: Final = ROOT / "openapi" / "sandbox.yaml"
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_KINDS: Final = {
    "Instant": "instant",
    "Moment": "instant",
    "Duration": "duration",
    "Span": "duration",
    "When": "instant, or `+` and a duration",
}
"""What the strings of these schemas are called."""
_DEEPEST: Final = 3
_LONGEST: Final = 100
_COMMON: Final = ("Unauthorized", "Forbidden", "TooLarge", "Busy", "Unavailable")
"""Refusals of many calls, which are explained once."""
_HEAD: Final = """# Control API

The calls under `/_sandbox/v1`, by which worlds are made and their clocks are moved. A running server shows them at
`/docs`, where you can try them, and has the contract at `/_sandbox/v1/openapi/sandbox.json`. This page is made from it.
[Python](python-api.md), [JavaScript](javascript.md) and [the command line](command-line.md) have the same calls.
"""

Schema: TypeAlias = Mapping[str, Any]


class Reference:
    """The page of a contract."""

    def __init__(self, contract: Schema) -> None:
        self._contract = contract
        self._shown: dict[str, str] = {}

    def markdown(self) -> str:
        """The page: an introduction, and a section for each tag with its operations."""
        parts = [_HEAD, self._contract["info"]["description"].strip(), ""]
        parts += ["## Common refusals", "", "Many calls may get these; at a call only their statuses are listed.", ""]
        common = [self._contract["components"]["responses"][name] for name in _COMMON]
        parts += _table(("status", "answer"), [(_status(each), each["description"]) for each in common])
        for tag in self._contract["tags"]:
            parts += [f"## {tag['name']}", "", tag["description"], ""]
            for path, item in self._contract["paths"].items():
                for method in _METHODS:
                    if tag["name"] in item.get(method, {}).get("tags", []):
                        parts += self._operation(f"{method.upper()} {path}", item, item[method])
        return "\n".join(parts).rstrip() + "\n"

    def _operation(self, call: str, item: Schema, operation: Schema) -> Iterator[str]:
        yield from (f"### {operation['summary']}", "", f"`{call}`", "")
        if "description" in operation:
            yield from (operation["description"].strip(), "")
        parameters = [self._found(each) for each in (*item.get("parameters", []), *operation.get("parameters", []))]
        if parameters:
            rows = [
                (each["name"], each["in"], self._kind(each["schema"]), each.get("description", ""))
                for each in parameters
            ]
            yield from _table(("parameter", "in", "is", "meaning"), rows)
        if "requestBody" in operation:
            yield from self._body(operation["requestBody"])
        yield from self._answers(operation)

    def _body(self, body: Schema) -> Iterator[str]:
        content = next(iter(body["content"].values()))
        schema = self._found(content["schema"])
        for choice in [self._found(each) for each in schema.get("oneOf", [schema])]:
            yield from (f"**Body.** {_sentence(choice)}".rstrip(), "")
            yield from self._members(choice)
        example = next(iter(content.get("examples", {}).values()), None)
        if example and example["value"]:
            yield from _block(example["value"])

    def _answers(self, operation: Schema) -> Iterator[str]:
        rows, common = [], []
        for status, response in operation["responses"].items():
            if _name(response) in _COMMON:
                common.append(f"`{status}`")
            else:
                rows.append((status, self._found(response)["description"]))
        yield from _table(("status", "answer"), rows)
        if common:
            yield from (f"Also {', '.join(common)}: [common refusals](#common-refusals).", "")
        content = self._found(next(iter(operation["responses"].values()))).get("content", {}).get("application/json")
        if content:
            yield from self._answer(content, operation["summary"])

    def _answer(self, content: Schema, summary: str) -> Iterator[str]:
        """The members of an answer and an example; of a schema that was shown already, where it is."""
        name = _name(content["schema"])
        if name in self._shown:
            yield from (f"**Answer.** The same as of [{self._shown[name]}](#{_anchor(self._shown[name])}).", "")
            return
        schema = self._found(content["schema"])
        if not schema.get("properties"):
            return
        if name:
            self._shown[name] = summary
        yield from ("**Answer.**", "")
        yield from self._members(schema)
        example = next(iter(content.get("examples", {}).values()), None)
        if example:
            yield from _block(example["value"])

    def _members(self, schema: Schema) -> Iterator[str]:
        rows = list(self._rows(schema, ""))
        if rows:
            yield from _table(("member", "is", "meaning"), rows)

    def _rows(self, schema: Schema, before: str) -> Iterator[tuple[str, ...]]:
        """The members of an object, those of objects in it as well."""
        for name, written in self._properties(schema).items():
            member = self._found(written)
            kind = self._kind(written) + (", required" if name in schema.get("required", []) and not before else "")
            yield f"{before}{name}", kind, written.get("description") or member.get("description", "")
            inner = self._found(member.get("items", member))
            if before.count(".") < _DEEPEST - 1:
                yield from self._rows(inner, f"{before}{name}{'[]' if 'items' in member else ''}.")

    def _properties(self, schema: Schema) -> dict[str, Schema]:
        """The members of an object; of one that has several forms, the members of all."""
        members: dict[str, list[Schema]] = {}
        for form in (schema, *(self._found(each) for each in (*schema.get("anyOf", []), *schema.get("oneOf", [])))):
            for name, written in form.get("properties", {}).items():
                kinds = members.setdefault(name, [])
                if written not in kinds:
                    kinds.append(written)
        return {name: kinds[0] if len(kinds) == 1 else {"anyOf": kinds} for name, kinds in members.items()}

    def _kind(self, schema: Schema) -> str:
        """What a value is, in a few words."""
        name = _name(schema)
        if name in _KINDS:
            return _KINDS[name]
        schema = self._found(schema)
        if "const" in schema:
            return f"`{json.dumps(schema['const'])}`"
        if "enum" in schema:
            return ", ".join(f"`{each}`" for each in schema["enum"])
        for choices in ("anyOf", "oneOf"):
            if choices in schema:
                kinds = [part for each in schema[choices] for part in self._kind(each).split(", ")]
                return ", ".join(sorted(dict.fromkeys(kinds), key="null".__eq__))
        types = schema.get("type", "any")
        if types == "array":
            return f"list of {self._kind(schema['items'])}"
        kind = " or ".join([types] if isinstance(types, str) else types)
        return kind.replace("string", "instant") if schema.get("format") == "date-time" else kind

    def _found(self, schema: Schema) -> Schema:
        """What a `$ref` leads to, with what stands beside it."""
        while "$ref" in schema:
            target: Any = self._contract
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
        return schema


def page() -> str:
    """The page as it is kept in `docs/`."""
    return Reference(yaml.safe_load(CONTRACT.read_text("utf-8"))).markdown()


def _name(schema: Schema) -> str:
    """The name of what a `$ref` leads to."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w-]", "", heading.lower().replace(" ", "-"))


def _status(refusal: Schema) -> str:
    """The status that the schema of a refusal requires."""
    schema = refusal["content"]["application/problem+json"]["schema"]
    return str(schema["dependentSchemas"]["status"]["properties"]["status"]["const"])


def _sentence(schema: Schema) -> str:
    return " ".join(schema.get("description", "").split())


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for name, *cells in rows:
        yield f"| `{name}` | {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


def _block(value: object) -> Iterator[str]:
    """An example, unless it is as long as an exported world."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    if text.count("\n") < _LONGEST:
        yield from ("```json", text, "```", "")


if __name__ == "__main__":
    sys.stdout.write(page())
