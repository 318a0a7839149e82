"""YAML as scenario files use it: text that is checked before it is parsed, and values that know where they stand."""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import Any, Final

import yaml

_BASE: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NOT_IN_YAML: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that YAML does not allow (1.1, section 4.1)."""
_TEXT: Final = "tag:yaml.org,2002:str"
_MERGE: Final = "tag:yaml.org,2002:merge"
_KINDS: Final = {"int": "whole number", "float": "number"}
_SHOWN: Final = 80
_REASON: Final = 120


class OddTextError(Exception):
    """A character cannot stand in a YAML file; line and column count from 1."""

    def __init__(self, reason: str, before: str) -> None:
        """`before` is the text before the character."""
        super().__init__(reason)
        self.line = before.count("\n") + 1
        self.column = len(before) - before.rfind("\n")


class OddValueError(yaml.MarkedYAMLError):
    """A value or a name that is YAML, and not part of a scenario."""


class Loader(_BASE):  # type: ignore[misc, valid-type] # a loader in C, or in Python
    """A safe loader that tells the place of each value that it cannot read, and takes only text for a name."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - yaml's signature
        try:
            return super().construct_object(node, deep)
        except (ValueError, ArithmeticError) as error:
            tag, why = node.tag.rpartition(":")[2], " ".join(str(error).split(";")[0].split())
            kind = _KINDS.get(tag, tag)
            raise OddValueError(None, None, f"this is no {kind}: {why[:_REASON]}", node.start_mark) from error

    def construct_mapping(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002 - the same
        for name, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if name.tag not in {_TEXT, _MERGE}:
                shown = repr(name.value[:_SHOWN]) if isinstance(name, yaml.ScalarNode) else "this"
                raise OddValueError(None, None, f"{shown} is no name; write it in quotes", name.start_mark)
        return super().construct_mapping(node, deep)


def check(raw: bytes) -> None:
    """Raises OddTextError for what is neither UTF-8 nor marked as UTF-16, and for a character that YAML forbids."""
    name, encoding = ("UTF-16", "utf-16") if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else ("UTF-8", "utf-8-sig")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise OddTextError(f"this is not {name}", raw[: error.start].decode(encoding, "ignore")) from error
    odd = _NOT_IN_YAML.search(text)
    if odd is not None:
        raise OddTextError(f"the character U+{ord(odd[0]):04X} is not allowed in YAML", text[: odd.start()])
