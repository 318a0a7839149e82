"""Podero Partner: the charging sessions of electric vehicles, at home by the price of the hour, and away."""

from .auth import authorization
from .router import application

__all__ = ["application", "authorization"]
