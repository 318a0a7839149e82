"""Where a user lives, by what is kept of the user."""

import orjson

from ...domain.models import User
from ...operations.homes import HomeAddress


def address_of(user: User) -> HomeAddress:
    """The address of a user, as far as it is known."""
    details = orjson.loads(user.details)
    return HomeAddress(
        latitude=details.get("latitude"),
        longitude=details.get("longitude"),
        street=details.get("street_and_number") or "",
        zip_code=details.get("zip_code") or "",
        town=details.get("town") or "",
        country=details.get("country") or "",
    )
