"""The user, and the user's session, in the path of an operation."""

import re
from typing import Annotated, Final

from fastapi import Depends
from starlette.requests import Request

from ...domain.errors import UnknownObjectError
from ...domain.exclusivity import USER
from ...domain.ids import canonical
from .auth import CariqaWorld

_ID: Final = re.compile(r"[\x21-\x7e]{1,255}")


async def user_in_path(_request: Request, _world: CariqaWorld, user_id: str) -> str:
    """The id of the user that the path names; a UUID may be in capitals (CARIQA-017).

    Raises UnknownObjectError for what cannot be an id. Whether the world has the user is known in the transaction.
    """
    if not _ID.fullmatch(user_id):
        raise UnknownObjectError(USER, user_id)
    return canonical(user_id)


async def session_in_path(_request: Request, _world: CariqaWorld, session_id: str) -> str | None:
    """The id of the session that the path names, as it is stored; None for what cannot be an id."""
    return canonical(session_id) if _ID.fullmatch(session_id) else None


CariqaUser = Annotated[str, Depends(user_in_path)]
"""The user's id. An operation finds the user in its own transaction, by `operations.users.known_user`."""
CariqaSession = Annotated[str | None, Depends(session_in_path)]
"""The session's id; None is that of no session."""
