"""Why a request opened no world: the likely mistake, for the log. Of a key no more is shown than its end."""

import re
from typing import Final

from starlette.requests import Request

from .app_context import context_of
from .headers import header
from .log_text import masked

_OTHER_HEADERS: Final = ("x-api-key", "api-key", "apikey", "x-auth-token", "x-access-token")
_SCHEME: Final = re.compile(r"[A-Za-z]{3,12}")
_PLACEHOLDER: Final = re.compile(r"[$%{<\[].*|your[_-].*|.*(?:\.\.\.|…|\xe2\x80\xa6)", re.IGNORECASE)
"""A variable that a shell or a template did not fill in, or what documentation prints in place of a key."""
_QUOTES: Final = "\"'`"


def no_key(request: Request, scheme: str = "Bearer") -> str:
    """Why a request has no key of a scheme."""
    given = header(request, b"authorization")
    if given is None:
        other = next((name for name in _OTHER_HEADERS if header(request, name.encode()) is not None), None)
        found = f", but {other}" if other else ""
        return f"There is no Authorization header{found}; send Authorization: {scheme} KEY."
    first, *rest = given.split(None, 1) or ("",)
    if not first:
        return f"The Authorization header is empty; send Authorization: {scheme} KEY."
    if first.lower() == scheme.lower():
        return f"Authorization has no key after {scheme}; perhaps a variable is empty."
    if rest and _SCHEME.fullmatch(first):
        return f"Authorization has the scheme {first}; send Authorization: {scheme} KEY."
    return f"Authorization does not begin with the word {scheme}; send Authorization: {scheme} KEY."


async def unknown_key(request: Request, kind: str, key: str) -> str:
    """Why a key of a kind opens no world."""
    context = context_of(request)
    world = context.directory.opened_before(kind, key)
    if world is not None and await context.directory.named(world) is None:
        return f"The world {world} of the key {masked(key)} was deleted, or has expired."
    if world is not None:
        return f"The key {masked(key)} has opened the world {world}, and does so no longer."
    for vendor in context.worlds.vendors:
        for term in vendor.keys:
            opened = None if term.kind == kind else await context.directory.opened_by(term.kind, key)
            if opened is not None:
                return f"{masked(key)} is a key of the world {opened.world.name} for another API: {term.description}"
    if key[0] in _QUOTES or key[-1] in _QUOTES:
        return "The key is in quotation marks; send it without them."
    if _PLACEHOLDER.fullmatch(key):
        return "The key looks like a variable or a placeholder that was not filled in."
    return f"No world has the key {masked(key)}; GET /_sandbox/v1/worlds shows the keys of each."
