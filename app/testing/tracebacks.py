"""Tracebacks of failed tests end at the test's own line, when the sandbox refused what that line asked for."""

import sys
from typing import TYPE_CHECKING, Final

from ..client import ControlError

if TYPE_CHECKING:
    import pytest

_PACKAGES: Final = tuple(f"{__package__.rpartition('.')[0]}.{name}." for name in ("client", "testing"))


def leave_out_own_lines() -> None:
    """Makes pytest leave the lines of the client and of the fixtures out, unless their error is unforeseen."""
    for name, module in list(sys.modules.items()):
        if name.startswith(_PACKAGES):
            module.__dict__["__tracebackhide__"] = _is_foreseen


def _is_foreseen(raised: "pytest.ExceptionInfo[BaseException]") -> bool:
    return isinstance(raised.value, ControlError)
