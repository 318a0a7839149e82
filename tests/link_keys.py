"""The parts of answers that differ between worlds and releases by design: links to files, and the keys in them."""

import re
from typing import Final
from urllib.parse import unquote

_KEY: Final = re.compile(rb"(?<=/_sandbox/files/)[A-Za-z0-9]{24}(?=/)")
_INVOICES: Final = re.compile(r"https?://[^/\"]+/_sandbox/files/[A-Za-z0-9]{24}/invoices/")
_LOGO: Final = re.compile(r"https?://[^/\"]+/_sandbox/files/logos/([^/\"]+)\.svg")


def without_link_keys(body: bytes) -> bytes:
    """A body without the link keys, which are random and differ from world to world."""
    return _KEY.sub(b"(link key)", body)


def with_links_of_0_3_0(text: str) -> str:
    """A text with the links that Cariqa's sessions had until 0.3.0, which led to hosts that do not answer."""
    return _LOGO.sub(_logo_of_0_3_0, _INVOICES.sub("https://invoices.wattif.example/", text))


def _logo_of_0_3_0(found: re.Match[str]) -> str:
    name = unquote(found[1]).encode("ascii", "ignore").decode().lower()
    return f"https://logos.wattif.example/{name}.png"
