"""The user that the path of an operation names, in the organisation that it names."""

from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import Depends

from .auth import PoderoWorld


class Member(NamedTuple):
    """The ids of an organisation and of one of its users, as they are stored: in lower case."""

    org: str
    user: str


async def member_of_path(_world: PoderoWorld, org_id: UUID, user_id: UUID) -> Member:
    """What the path names. `operations.members.known_member` finds the user, in the operation's own transaction."""
    return Member(str(org_id), str(user_id))


PoderoMember = Annotated[Member, Depends(member_of_path)]
