"""Cariqa Connect: a user's charging sessions with prices, costs and invoices."""

from .router import application

__all__ = ["application"]
