"""Pages for people: the vendors' contracts to read and to try, without anything from elsewhere."""

from .pages import routes

__all__ = ["routes"]
