"""The address of a server: checked, and found in the environment where none is given."""

import os
from urllib.parse import urlsplit

from .errors import UsageError


def valid_address(text: str) -> str:
    """The address with its scheme and without a slash at its end. Raises UsageError."""
    url = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_valid = False
    if not is_valid or not url.isascii() or not url.isprintable() or any(each in url for each in " @?#\\"):
        without_password = text.rpartition("@")[2]
        raise UsageError(f"no answer from {without_password!r}: an address looks like http://127.0.0.1:8000")
    return url.rstrip("/")


def default_address() -> str:
    """The address in `WATTIF_URL`, else that of a server which was started on this machine with the same environment.

    Raises UsageError if no address follows from the environment.
    """
    url = filled(os.environ.get("WATTIF_URL"))
    if url is not None:
        return url.strip()
    port = (filled(os.environ.get("WATTIF_PORT")) or "8000").strip()
    if port == "0":
        raise UsageError(
            "WATTIF_PORT is 0, so that the server takes a free port; name its address in WATTIF_URL, or with --url"
        )
    return f"http://127.0.0.1:{port}"


def default_token() -> str | None:
    """The admin token in `WATTIF_ADMIN_TOKEN`, if there is one: that of the server at the default address."""
    return filled(os.environ.get("WATTIF_ADMIN_TOKEN"))


def filled(text: str | None) -> str | None:
    """The text; None if it is empty or blank, as a variable that Docker Compose passes without a value."""
    return text if text and not text.isspace() else None
