"""The exit code of a command that fails, and advice for the user."""

from typing import Final

from ..client import ControlError, NoAnswerError, NotRunningError, RefusedError, TimedOutError, UsageError

_UNAUTHORIZED: Final = 401
PROGRAM: Final = "wattif" if __package__.startswith("wattif.") else "python -m app"
"""How the command line is called: an installed package has a script, a checkout has none."""


class OutputError(Exception):
    """The output of a command could not be written."""


def exit_code(error: ControlError | OutputError) -> int:
    """2 for wrong usage, 3 if no server of Wattif's answered, else 1."""
    if isinstance(error, UsageError):
        return 2
    return 3 if isinstance(error, NoAnswerError) else 1


def advice(error: ControlError | OutputError) -> str:
    """Advice to print after the error's message; empty if there is none."""
    if isinstance(error, RefusedError) and error.status == _UNAUTHORIZED:
        return " Give it with --token or in WATTIF_ADMIN_TOKEN."
    if isinstance(error, NotRunningError):
        return f"; start a server with `{PROGRAM} serve`"
    return "; --timeout sets a longer limit" if isinstance(error, TimedOutError) else ""
