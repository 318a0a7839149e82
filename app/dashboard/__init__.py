"""Web pages to read and try the vendors' contracts; they load nothing from other servers."""

from .pages import routes

__all__ = ["routes"]
