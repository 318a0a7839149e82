"""Charge (chargeapi.co): charging sessions and reservations for fleets and drivers."""

from .router import application

__all__ = ["application"]
