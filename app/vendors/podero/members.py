"""The user that the path of an operation names, in the organisation that it names."""

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import Depends

from ...domain.models import User
from .auth import PoderoWorld


class Member(NamedTuple):
    """The ids of an organisation and of one of its users, as they are stored: in lower case."""

    org: str
    user: str


async def member_of_path(_world: PoderoWorld, org_id: UUID, user_id: UUID) -> Member:
    """What the path names. `operations.members.known_member` finds the user, in the operation's own transaction."""
    return Member(str(org_id), str(user_id))


PoderoMember = Annotated[Member, Depends(member_of_path)]


def names_of(user: User, details: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The first and the last name of a user; those of a scenario's user are parts of the name."""
    if "first_name" in details or "last_name" in details:
        return details.get("first_name"), details.get("last_name")
    first, _, last = user.name.partition(" ")
    return first or None, last or None
