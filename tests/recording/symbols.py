"""Symbols for values that differ from run to run: keys of worlds and links, tokens, names, and the repository's path.

`{{default:charge.secret_key}}` stands for a key of the world `default`. The second world of one name has other keys,
which are called `{{default:charge.secret_key#2}}`.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from pathlib import Path
from typing import Any, Final

import orjson

_ROOT: Final = str(Path(__file__).resolve().parents[2])
_KEYS: Final = ("secret_key", "token", "client_id", "client_secret")
_SYMBOL: Final = re.compile(r"\{\{([^{}]+)\}\}")
_REQUEST_ID: Final = re.compile(r"req_[A-Za-z0-9]{32}")
_LINK_KEY: Final = re.compile(r"(?<=/_sandbox/files/)[A-Za-z0-9]{24}(?=/)")
_BASIC: Final = re.compile(r"Basic \{\{basic (.*)\}\}", re.DOTALL)
_LASTING: Final = "default:"
_MADE_UP: Final = re.compile(r"[a-z0-9-]+-[a-z0-9]{8}")


class Symbols:
    """The symbols learned from the answers of one server."""

    def __init__(self) -> None:
        self._symbols: dict[str, str] = {_ROOT: "{{root}}"}
        self._numbers: dict[str, int] = {}

    def learn(self, body: bytes, asked: bytes | None = None) -> None:
        """Learns from an answer. If the request with the body `asked` created a world, its name may be made up."""
        try:
            shown = orjson.loads(body)
        except orjson.JSONDecodeError:
            return
        if not isinstance(shown, dict):
            return
        if isinstance(shown.get("access_token"), str):
            self._add(shown["access_token"], "token")
        for world in [shown, *_listed(shown)]:
            if isinstance(world, dict) and isinstance(world.get("credentials"), dict):
                self._learn_world(world, asked)

    def written(self, text: str) -> str:
        """The text with values replaced by their symbols."""
        if text.lower().startswith("basic "):
            return self._written_basic(text)
        # The longest first, since the name of a fork contains the name of its world.
        for value in sorted(self._symbols, key=len, reverse=True):
            text = text.replace(value, self._symbols[value])
        return _LINK_KEY.sub("{{link}}", _REQUEST_ID.sub("{{req}}", text))

    def resolved(self, text: str) -> str:
        """The text with symbols replaced by their values; an unknown symbol stays."""
        if basic := _BASIC.fullmatch(text):
            return f"Basic {b64encode(self.resolved(basic[1]).encode()).decode()}"
        values = {symbol: value for value, symbol in self._symbols.items()}
        return _SYMBOL.sub(lambda found: values.get(found[0], found[0]), text)

    def knows_all(self, text: str) -> bool:
        """Whether all symbols of the text are known."""
        return set(_SYMBOL.findall(text)) <= {symbol.strip("{}") for symbol in self._symbols.values()}

    def _written_basic(self, text: str) -> str:
        try:
            pair = b64decode(text[6:], validate=True).decode()
        except (Base64Error, ValueError):
            return text
        named = self.written(pair)
        return text if named == pair else f"Basic {{{{basic {named}}}}}"

    def _learn_world(self, world: dict[str, Any], asked: bytes | None) -> None:
        name = str(world["name"])
        if name == "documented":
            return
        if asked is not None and name.encode() not in asked and _MADE_UP.fullmatch(name):
            self._add(name, "name")
        called = self._symbols.get(name, name).strip("{}")
        for vendor, keys in world["credentials"].items():
            for key in _KEYS:
                if isinstance(keys.get(key), str):
                    self._add(keys[key], f"{called}:{vendor}.{key}")

    def _add(self, value: str, called: str) -> None:
        if value in self._symbols:
            return
        number = self._numbers[called] = 1 if called.startswith(_LASTING) else self._numbers.get(called, 0) + 1
        self._symbols[value] = f"{{{{{called}}}}}" if number == 1 else f"{{{{{called}#{number}}}}}"


def _listed(shown: dict[str, Any]) -> list[Any]:
    listed = shown.get("worlds")
    return listed if isinstance(listed, list) else []
