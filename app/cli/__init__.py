"""The command line: `serve` starts a server, the other commands call one that is running."""

from .program import main

__all__ = ["main"]
