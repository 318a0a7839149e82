"""Web pages to read and try the vendors' contracts; they load nothing from other servers."""

from .pages import Protected, routes

__all__ = ["Protected", "routes"]
