"""Files that open without a key, from a tab or an `<img>`: the invoices and reports of a world, and operators' logos."""

from .application import application

__all__ = ["application"]
