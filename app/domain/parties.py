"""What fleets, drivers, users and vehicles have in common."""

from typing import Final

from .models import DELETED, Driver, Fleet, User, Vehicle

_SHOWN: Final = 8


def is_there(party: Fleet | Driver | User | Vehicle, now: int) -> bool:
    """Whether it has been created, and not deleted."""
    return party.created_at <= now and party.status != DELETED


def updated(party: Fleet | Driver | User | Vehicle, now: int) -> int:
    """When a person last changed it: later changes do not count at an earlier `now`."""
    return party.touched_at if party.created_at < party.touched_at <= now else party.created_at


def owner(user_id: str, org: str, driver: Driver | None, *, n: int, created_at: int) -> User:
    """The owner of vehicles of whom nothing else is known: their driver, or a person who is named after the id."""
    shown = user_id[:_SHOWN]
    return User(
        id=user_id,
        name=f"Owner {shown}" if driver is None else driver.name,
        email=f"{shown}@owner.example" if driver is None else driver.email,
        driver=None if driver is None else driver.id,
        org=org,
        n=n,
        created_at=created_at,
        touched_at=created_at,
    )
