"""What the imports of a server do without, because nothing in it uses that. Together a tenth of its start."""

import gc
import sys
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from types import ModuleType


def import_frameworks() -> None:
    """Imports FastAPI without what it makes for others. Has an effect only before it is imported otherwise."""
    # Modules are never garbage, and collecting while they load takes a tenth of the start; `run` enables it again.
    gc.disable()
    # FastAPI asks of each model whether it is one of pydantic's version 1; loading that version takes 20 ms.
    sys.modules.setdefault("pydantic.v1", cast("ModuleType", None))
    from pydantic import BaseModel  # noqa: PLC0415 - the other commands do without

    # FastAPI has models of a whole OpenAPI document, for one that it would write itself: 35 ms.
    BaseModel.model_config["defer_build"] = True
    try:
        import fastapi  # noqa: F401, PLC0415 - see above
    finally:
        del BaseModel.model_config["defer_build"]
