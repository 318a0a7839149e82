"""Text for a log: no key is in it, and no character that would begin a line or move a terminal's cursor."""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, unquote_plus

from starlette.types import Scope

_LONGEST: Final = 1_000
"""The characters of a path, a query or a reason that are shown."""
_MOST_READ: Final = 4 * _LONGEST
"""The characters of a path or a query that are read: three of them may stand for one."""
_CUT: Final = "…"
_SHORTEST_SECRET: Final = 6
_SHORTEST_MASKED: Final = 20
"""A key of at least this length is recognised by its last four characters, which tell nothing of the rest."""
_SECRET_NAME: Final = re.compile(r"token|secret|key|passw|pwd|auth|credential|signature|jwt|bearer", re.IGNORECASE)
"""The names of query parameters whose values are not shown."""
_KEY: Final = re.compile(
    r"(?P<prefix>sk_(?:test|live)_)(?!…)[^\s?&#'\",;)]+"
    r"|(?P<jwt>eyJ)[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)*"
    r"|(?<![A-Za-z0-9_-])[A-Za-z0-9]{30,}(?![A-Za-z0-9_-])"
    r"|(?<=/)[A-Za-z0-9]{20,}(?=/invoices)|(?<=/files/)[A-Za-z0-9]{24}(?![A-Za-z0-9_-])"
)
"""What looks like a secret key, a JSON Web Token, a token, or the key in a link to a file.

Ids have a prefix, or hyphens in them.
"""
_SCHEMES: Final = frozenset({"bearer", "basic"})
_PREFIX: Final = re.compile(r"(?:[a-z]{2,3}_)?sk_(?:test|live)_")
"""What tells the kind of a secret key, and is no part of the secret."""


def printable(text: str) -> str:
    """The text, cut to a length, in which every character that is not printable is written as an escape."""
    text = text if len(text) <= _LONGEST else text[:_LONGEST] + _CUT
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape", "surrogatepass").decode("ascii") for each in text
    )


def without_keys(text: str, own: str = "") -> str:
    """The text without what looks like a key, and without the caller's `own` key."""
    if len(own) >= _SHORTEST_SECRET:
        text = text.replace(own, _CUT)
    return _KEY.sub(_shortened, text)


def masked(key: str) -> str:
    """A key by its prefix and its last four characters: `ch_sk_test_…1a2B`."""
    prefix = _PREFIX.match(key)
    return f"{prefix[0] if prefix else ''}{_CUT}{key[-4:] if len(key) >= _SHORTEST_MASKED else ''}"


def target_of(scope: Scope) -> str:
    """The path and query of a request as they are logged."""
    raw = scope.get("raw_path") or scope["path"].encode("utf-8", "surrogatepass")
    return shown_target(raw, scope["query_string"], own_key(scope["headers"]))


def own_key(headers: list[tuple[bytes, bytes]]) -> str:
    """The key that a request brings in `Authorization`, without its scheme; it may have none."""
    for name, value in headers:
        if name == b"authorization":
            first, *rest = value.decode("latin-1").split(None, 1) or ("",)
            return rest[0].strip() if rest else "" if first.lower() in _SCHEMES else first
    return ""


@lru_cache(maxsize=1024)
def _shown(raw_path: bytes, query: bytes) -> str:
    path = _without_keys_in_path(raw_path.decode("latin-1")[:_MOST_READ])
    if query:
        path = f"{path}?{'&'.join(map(_shown_parameter, query.decode('latin-1')[:_MOST_READ].split('&')))}"
    return printable(path)


def shown_target(raw_path: bytes, query: bytes, own: str = "") -> str:
    """A path and a query as they are logged, without keys and without the caller's `own` key."""
    shown = _shown(raw_path, query)
    if len(own) < _SHORTEST_SECRET:
        return shown
    if own in shown:
        return shown.replace(own, _CUT)
    if "%" in shown and own in (plain := unquote(shown)):
        return printable(plain.replace(own, _CUT))
    return shown


def _without_keys_in_path(text: str) -> str:
    """The text, or its decoded form without keys if that has some, which escapes may hide."""
    plain = unquote(text)
    shown = without_keys(plain)
    return text if shown == plain else shown


def _shown_parameter(parameter: str) -> str:
    name, equals, _ = parameter.partition("=")
    if equals and _SECRET_NAME.search(unquote_plus(name)):
        return f"{_without_keys_in_path(name)}={_CUT}"
    return _without_keys_in_path(parameter)


def _shortened(key: re.Match[str]) -> str:
    return f"{key['prefix'] or key['jwt'] or ''}{_CUT}"
