"""What fleets, drivers and vehicles have in common."""

from .models import DELETED, Driver, Fleet, Vehicle


def is_there(party: Fleet | Driver | Vehicle, now: int) -> bool:
    """Whether it has been created, and not deleted."""
    return party.created_at <= now and party.status != DELETED


def updated(party: Fleet | Driver | Vehicle, now: int) -> int:
    """When a person last changed it: later changes do not count at an earlier `now`."""
    return party.touched_at if party.created_at < party.touched_at <= now else party.created_at
