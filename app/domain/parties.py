"""What fleets, drivers, users and vehicles have in common."""

from typing import Final

from .models import DELETED, Driver, Fleet, User, Vehicle


def is_there(party: Fleet | Driver | User | Vehicle, now: int) -> bool:
    """Whether it has been created, and not deleted."""
    return party.created_at <= now and party.status != DELETED


def updated(party: Fleet | Driver | User | Vehicle, now: int) -> int:
    """When a person last changed it: later changes do not count at an earlier `now`."""
    return party.touched_at if party.created_at < party.touched_at <= now else party.created_at


def owner_name(owner: str) -> str:
    """The name of an owner of vehicles of whom nothing but the id is known."""
    return f"Owner {owner[:_SHOWN]}"


def owner_email(owner: str) -> str:
    """The address of such an owner."""
    return f"{owner[:_SHOWN]}@owner.example"


_SHOWN: Final = 8
