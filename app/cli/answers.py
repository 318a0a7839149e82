"""Prints what a running server answered."""

from ..client import ControlResponse, NotWattifError
from .messages import Message
from .output import say, write


def show(response: ControlResponse, message: Message, *, raw: bool) -> None:
    """Prints the answer as a message, or unchanged with `raw`. Raises NotWattifError if it has an unknown form."""
    if raw:
        write(response.raw.strip() + b"\n" if response.raw else b"")
        return
    try:
        text = message(response.body)
    except (LookupError, TypeError, ValueError, AttributeError):
        raise NotWattifError(
            "the server's answer has an unknown form, perhaps because the server is of another version; "
            "--json prints it unchanged"
        ) from None
    say(text)
