"""The ids in the paths of Charge's operations; each is named after the kind of the object."""

import re
from typing import Final

from starlette.requests import Request

from .errors import not_found

_POSSIBLE: Final = re.compile(r"[\x21-\x7e]{1,255}")


def refuse_impossible_ids(request: Request) -> None:
    """Answers an id that no object can have, and no database looks up, like an unknown one (CHARGE-010)."""
    for kind, object_id in request.scope["path_params"].items():
        if not _POSSIBLE.fullmatch(object_id):
            raise not_found(kind)
