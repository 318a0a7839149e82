"""Worlds that were retired, or whose building was interrupted: new worlds take their rows, or they are removed."""

from dataclasses import asdict, dataclass
from typing import Final

from sqlalchemy import Connection, and_, bindparam, delete, not_, or_, select

from .database.compiled_statements import CompiledStatement
from .schema.entity_mapping import EntityQuery
from .schema.tables import CREDENTIAL, WORLD
from .world import World
from .worlds import BUILDING, RETIRED, WORLD_MAPPING, has_state

_FEW: Final = 1_000
"""The most sessions and reservations of a world that is put back, which takes one transaction."""


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Instants of the wall clock that decide which worlds are left over.

    They were retired before one instant, or before another if they could be put back, or their building has not
    progressed since the last one.
    """

    retired_before: int
    copies_retired_before: int
    built_before: int


def take_retired(db: Connection, template: int, monday: int, retired_before: int) -> World | None:
    """Returns a retired copy of that template in that week that is worth being put back, if there is one.

    It had few objects, and no days were planned in it. It is locked so that no other transaction takes it, and no key
    opens it any more.
    """
    given = {"template": template, "monday": monday, "retired_before": retired_before}
    copy = _RETIRED_COPY.first(db, given)
    if copy is not None:
        _DELETE_CREDENTIALS.run(db, {"world": copy.n})
    return copy


def left_over(db: Connection, since: LeftOver, most: int) -> list[int]:
    """Returns the numbers of the worlds whose rows are to be removed, oldest first, `most` of them."""
    return [number for (number,) in _LEFT_OVER.rows(db, {**asdict(since), "most": most})]


def lock_left_over(db: Connection, number: int, since: LeftOver) -> bool:
    """Whether the rows of a world are to be removed; locks its row, so that no other transaction takes them."""
    return _LEFT_OVER_LOCKED.first(db, {**asdict(since), "number": number}) is not None


def delete_world(db: Connection, number: int) -> None:
    """Deletes the row of a world whose other rows are gone, and the credentials that open only it."""
    _DELETE_CREDENTIALS.run(db, {"world": number})
    _DELETE.run(db, {"n": number})


_IS_SMALL_COPY: Final = and_(
    WORLD.c.template.is_not(None), WORLD.c.coming_days.is_(None), WORLD.c.planned_n == 0, WORLD.c.next_n <= _FEW
)
_IS_LEFT_OVER: Final = or_(
    and_(
        has_state(RETIRED),
        WORLD.c.retired_at < bindparam("retired_before"),
        or_(not_(_IS_SMALL_COPY), WORLD.c.retired_at < bindparam("copies_retired_before")),
    ),
    and_(has_state(BUILDING), WORLD.c.progressed_at < bindparam("built_before")),
)
_LEFT_OVER: Final = CompiledStatement(
    select(WORLD.c.n).where(_IS_LEFT_OVER).order_by(WORLD.c.n).limit(bindparam("most"))
)
_LEFT_OVER_LOCKED: Final = CompiledStatement(
    select(WORLD.c.n).where(WORLD.c.n == bindparam("number"), _IS_LEFT_OVER).with_for_update()
)
_RETIRED_COPY: Final = EntityQuery(
    WORLD_MAPPING,
    select()
    .where(
        has_state(RETIRED),
        WORLD.c.template == bindparam("template"),
        WORLD.c.monday == bindparam("monday"),
        WORLD.c.retired_at < bindparam("retired_before"),
        _IS_SMALL_COPY,
    )
    .limit(1)
    .with_for_update(skip_locked=True),
)
_DELETE: Final = CompiledStatement(delete(WORLD).where(WORLD.c.n == bindparam("n")))
_DELETE_CREDENTIALS: Final = CompiledStatement(delete(CREDENTIAL).where(CREDENTIAL.c.world == bindparam("world")))
