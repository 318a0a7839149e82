"""Files that open without a key, from a tab or an `<img>`: a world's invoices and reports, and operators' logos."""

from .application import application

__all__ = ["application"]
