"""Time zones by their names in the IANA database."""

from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_FILES: Final = frozenset({"Factory", "localtime", "posix", "posixrules", "right"})
"""What lies beside the zones on some machines; `localtime` is where the machine is."""


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo | None:
    """The time zone of that name; None if the machine knows none."""
    if name.partition("/")[0] in _FILES:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None
