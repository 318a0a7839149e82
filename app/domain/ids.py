"""Ids and random numbers from (seed, kind, key): the same three give the same result on any machine and database."""

import re
from hashlib import blake2b
from typing import Final

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_LETTERS: Final = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in range(256))
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_FRACTION: Final = 1 << 53


def prefixed_id(prefix: str, seed: int, kind: str, key: object) -> str:
    """An id: the prefix, `_` and 32 letters and digits."""
    return f"{prefix}_{_digest(seed, kind, key, 32).translate(_LETTERS).decode()}"


def uuid_text(seed: int, kind: str, key: object) -> str:
    """A version 4 UUID in its canonical form."""
    raw = bytearray(_digest(seed, f"uuid/{kind}", key, 16))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def canonical(shown: str) -> str:
    """An id as it is stored: a UUID in lower case (RFC 9562, section 4), any other as it was written."""
    return shown.lower() if _UUID.fullmatch(shown) else shown


def draw(seed: int, kind: str, key: object) -> float:
    """A number drawn evenly from [0, 1)."""
    return (int.from_bytes(_digest(seed, f"lot/{kind}", key, 8)) >> 11) / _FRACTION


def secret(seed: int, kind: str) -> bytes:
    """A signing key of 32 bytes."""
    return _digest(seed, "secret", kind, 32)


def _digest(seed: int, kind: str, key: object, size: int) -> bytes:
    return blake2b(f"{seed}/{kind}/{key}".encode(), digest_size=size).digest()
