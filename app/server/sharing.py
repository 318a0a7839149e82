"""What a server prints about others that use its database, before it changes anything there."""

import sys
from collections.abc import Iterator

from ..settings import Settings, variable
from ..store.database.url import database_name


def tell_of_others(settings: Settings, others: str, *, sets_speed: bool) -> None:
    """Prints who else uses the database, and what that means for this start."""
    for line in _lines(settings, others, sets_speed=sets_speed):
        print(f"wattif: {line}", file=sys.stderr, flush=True)  # noqa: T201 - the command's output


def _lines(settings: Settings, others: str, *, sets_speed: bool) -> Iterator[str]:
    yield (
        f"{database_name(settings.database_url)} is in use by {others}: this server shares its worlds and clocks, and "
        "leaves the world documented as it is; choose another database with --database"
    )
    keys = [
        name for name in type(settings).model_fields if name not in Settings.model_fields and getattr(settings, name)
    ]
    if keys:
        given = ", ".join(map(variable, keys))
        yield f"{given}: keys of the world default are changed only by a server that is alone with its database"
    if settings.speed is None:
        return
    if sets_speed:
        yield f"--speed sets the clock of the world default to speed {settings.speed:g} for all of these servers"
    else:
        yield "WATTIF_SPEED does not count while another server uses the database; --speed does"
