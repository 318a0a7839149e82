"""The worlds of a database: their rows and their unique numbers."""

from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from ..domain.clock import DAY, NEVER
from .database.compiled_statements import CompiledStatement
from .database.lock import lock_database
from .schema.entity_mapping import EntityMapping, EntityQuery
from .schema.partial_indexes import IS_OPEN
from .schema.tables import CREDENTIAL, META, WORLD
from .world import World

BUILDING: Final = "building"
TEMPLATE: Final = "template"
SPARE: Final = "spare"
OPEN: Final = "open"
RETIRED: Final = "retired"
"""The states of a world. Credentials open only open worlds; a template is there to be copied, a spare is a copy that
waits until it is asked for, and the rows of a retired world are to be removed."""

NUL: Final = "\0"
"""No name and no key contains it. PostgreSQL refuses it as a parameter, so it must not reach a query."""

WORLD_MAPPING: Final = EntityMapping(World, dict(WORLD.c))
_NAMES: Final = [column.name for column in WORLD_MAPPING.columns]


def take_number(db: Connection) -> int:
    """Takes the next world's number, which is never given twice in a database."""
    return int(_TAKE_NUMBER.rows(db, {})[0][0]) - 1


def insert_world(db: Connection, world: World) -> None:
    """Inserts the row of a world."""
    _INSERT.run(db, _values(world))


def save_world(db: Connection, world: World) -> None:
    """Saves the row of a world that has been inserted before."""
    _SAVE.run(db, {**_values(world), "at_n": world.n})


def save_clock(db: Connection, world: World) -> None:
    """Saves the clock of a world that has been inserted before."""
    _SAVE_CLOCK.run(db, {"at_n": world.n, "at_anchor": world.clock.anchor, "at_wall": world.clock.wall})


def named(db: Connection, name: str) -> World | None:
    """Returns the open world of that name."""
    return None if NUL in name else _NAMED.first(db, {"name": name})


def with_link_key(db: Connection, link_key: str) -> World | None:
    """Returns the open world with that link key."""
    return None if NUL in link_key else _WITH_LINK_KEY.first(db, {"link_key": link_key})


def lock_named(db: Connection, name: str) -> World | None:
    """Returns the open world of that name, and locks its row against other changes until this one is committed."""
    if NUL in name:
        return None
    sought = {"name": name}
    # If the world is replaced while PostgreSQL waits for its row, only a second query sees the successor, and that one
    # may have to wait too.
    while (found := _LOCKED.first(db, sought)) is None and _NAMED.first(db, sought) is not None:
        pass
    return found


def note_wall(db: Connection, wall: int) -> None:
    """Saves an instant of the wall clock, unless a later one is saved."""
    lock_database(db)
    noted = db.execute(select(META.c.value).where(_WALL)).scalar()
    if noted is None:
        db.execute(insert(META).values(name="wall", value=wall))
    elif noted < wall:
        db.execute(update(META).where(_WALL).values(value=wall))


def last_wall(db: Connection) -> int:
    """Returns the latest instant of the wall clock that is saved in the database, with a world or by `note_wall`."""
    noted = db.execute(select(META.c.value).where(_WALL)).scalar()
    of_worlds = db.execute(select(func.max(WORLD.c.wall))).scalar()
    return max(noted or 0, of_worlds or 0)


def is_empty(db: Connection) -> bool:
    """Whether the database has no world in any state."""
    return _ANY.first(db, {}) is None


def in_state(db: Connection, state: str) -> list[World]:
    """Returns the worlds in that state, oldest first."""
    return _IN_STATE.all(db, {"state": state})


def newest_names(db: Connection, most: int, wall: int) -> list[str]:
    """Returns the names of the newest open worlds that have not expired by `wall`, newest first."""
    return [name for (name,) in _NEWEST_NAMES.rows(db, {"most": most, "wall": wall})]


def open_after(db: Connection, number: int, most: int, prefix: str = "") -> list[World]:
    """Returns the open worlds with a greater number than that, by their numbers, `most` of them.

    Their names begin with `prefix`, which has letters, digits and hyphens only.
    """
    return _OPEN_AFTER.all(db, {"number": number, "most": most, "pattern": f"{prefix}%"})


def names_after(db: Connection, number: int, most: int, prefix: str) -> list[tuple[int, str]]:
    """Returns the numbers and names of the worlds that `open_after` returns."""
    found = _NAMES_AFTER.rows(db, {"number": number, "most": most, "pattern": f"{prefix}%"})
    return [(n, name) for n, name in found]


def to_be_planned(db: Connection, number: int, most: int) -> list[World]:
    """Returns open worlds that go on, with a greater number than that, oldest first, `most` of them.

    Those whose clock stands still are left out, unless they may lack days.
    """
    return _TO_BE_PLANNED.all(db, {"number": number, "most": most})


def counts(db: Connection) -> dict[str, int]:
    """Returns how many worlds there are, by state."""
    return dict(_COUNTS.rows(db, {}))


def template(db: Connection, fingerprint: str, seed: int) -> World | None:
    """Returns the template of that scenario and seed, or None."""
    return _TEMPLATE_OF.first(db, {"fingerprint": fingerprint, "seed": seed})


def numbered(db: Connection, number: int, state: str) -> World | None:
    """Returns the world of that number, if it is in that state."""
    return _NUMBERED.first(db, {"n": number, "state": state})


def take_spare(db: Connection, template: int, monday: int) -> World | None:
    """Returns a spare copy of that template in that week, locked so that no other transaction takes it."""
    return _SPARE_OF.first(db, {"template": template, "monday": monday})


def expired(db: Connection, wall: int) -> list[str]:
    """Returns the names of the open worlds whose `expires_at` is not after that instant of the wall clock."""
    return [name for (name,) in _EXPIRED.rows(db, {"wall": wall})]


def note_progress(db: Connection, number: int, wall: int) -> None:
    """Saves when the building of a world last progressed, so that it is not taken for one that a crash interrupted."""
    _NOTE_PROGRESS.run(db, {"at_n": number, "at_wall": wall})


def retire(db: Connection, number: int, wall: int) -> None:
    """Closes a world permanently. Its rows are removed later."""
    _RETIRE.run(db, {"at_n": number, "at_wall": wall})


def abandon(db: Connection, number: int, wall: int) -> None:
    """Retires a world that is being built; one that has been opened in the meantime stays."""
    _ABANDON.run(db, {"at_n": number, "at_wall": wall})


def replace_world(db: Connection, old: World, new: World, wall: int) -> None:
    """Opens `new` in the place of `old`, which is retired. The credentials of `old` open `new` from then on."""
    retire(db, old.n, wall)
    db.execute(update(CREDENTIAL).where(CREDENTIAL.c.world == old.n).values(world=new.n))
    save_world(db, new)


def _values(world: World) -> dict[str, Any]:
    return dict(zip(_NAMES, WORLD_MAPPING.values(world), strict=True))


def _query(statement: Select[Any]) -> EntityQuery[World]:
    return EntityQuery(WORLD_MAPPING, statement)


def has_state(state: str) -> ColumnElement[bool]:
    """True of worlds in that state, written out for the reason that `IS_OPEN` has."""
    return WORLD.c.state == literal_column(f"'{state}'")


_ANY: Final = CompiledStatement(select(WORLD.c.n).limit(1))
_WALL: Final = META.c.name == "wall"
_COUNTER: Final = META.c.name == "next_world"
_TAKE_NUMBER: Final = CompiledStatement(
    update(META).where(_COUNTER).values(value=META.c.value + 1).returning(META.c.value)
)
_INSERT: Final = CompiledStatement(insert(WORLD).values({name: bindparam(name) for name in _NAMES}))
_SAVE: Final = CompiledStatement(
    update(WORLD).where(WORLD.c.n == bindparam("at_n")).values({name: bindparam(name) for name in _NAMES})
)
_SAVE_CLOCK: Final = CompiledStatement(
    update(WORLD).where(WORLD.c.n == bindparam("at_n")).values(anchor=bindparam("at_anchor"), wall=bindparam("at_wall"))
)
_NOTE_PROGRESS: Final = CompiledStatement(
    update(WORLD).where(WORLD.c.n == bindparam("at_n"), has_state(BUILDING)).values(progressed_at=bindparam("at_wall"))
)
_RETIRE: Final = CompiledStatement(
    update(WORLD).where(WORLD.c.n == bindparam("at_n")).values(state=RETIRED, retired_at=bindparam("at_wall"))
)
_ABANDON: Final = CompiledStatement(
    update(WORLD)
    .where(WORLD.c.n == bindparam("at_n"), has_state(BUILDING))
    .values(state=RETIRED, retired_at=bindparam("at_wall"))
)
_BY_NAME: Final = select().where(WORLD.c.name == bindparam("name"), IS_OPEN)
_NAMED: Final = _query(_BY_NAME)
_WITH_LINK_KEY: Final = _query(select().where(WORLD.c.link_key == bindparam("link_key"), IS_OPEN))
_LOCKED: Final = _query(_BY_NAME.with_for_update())
_IS_IN_STATE: Final = WORLD.c.state == bindparam("state")
_IN_STATE: Final = _query(select().where(_IS_IN_STATE).order_by(WORLD.c.n))
_NEWEST_NAMES: Final = CompiledStatement(
    select(WORLD.c.name)
    .where(IS_OPEN, WORLD.c.expires_at > bindparam("wall"))
    .order_by(WORLD.c.n.desc())
    .limit(bindparam("most"))
)
_IS_AFTER: Final = and_(IS_OPEN, WORLD.c.n > bindparam("number"), WORLD.c.name.like(bindparam("pattern")))
_OPEN_AFTER: Final = _query(select().where(_IS_AFTER).order_by(WORLD.c.n).limit(bindparam("most")))
_NAMES_AFTER: Final = CompiledStatement(
    select(WORLD.c.n, WORLD.c.name).where(_IS_AFTER).order_by(WORLD.c.n).limit(bindparam("most"))
)
_MAY_LACK_DAYS: Final = or_(
    WORLD.c.speed > 0, WORLD.c.gaps != "[]", WORLD.c.horizon <= WORLD.c.anchor + WORLD.c.coming_days * DAY
)
_TO_BE_PLANNED: Final = _query(
    select()
    .where(IS_OPEN, WORLD.c.coming_days.is_not(None), WORLD.c.n > bindparam("number"), _MAY_LACK_DAYS)
    .order_by(WORLD.c.n)
    .limit(bindparam("most"))
)
_COUNTS: Final = CompiledStatement(select(WORLD.c.state, func.count()).group_by(WORLD.c.state))
_NUMBERED: Final = _query(select().where(WORLD.c.n == bindparam("n"), _IS_IN_STATE))
_TEMPLATE_OF: Final = _query(
    select()
    .where(
        has_state(TEMPLATE),
        WORLD.c.fingerprint == bindparam("fingerprint"),
        WORLD.c.seed == bindparam("seed"),
    )
    .limit(1)
)
_SPARE_OF: Final = _query(
    select()
    .where(has_state(SPARE), WORLD.c.template == bindparam("template"), WORLD.c.monday == bindparam("monday"))
    .limit(1)
    .with_for_update(skip_locked=True)
)
_EXPIRED: Final = CompiledStatement(
    select(WORLD.c.name)
    .where(IS_OPEN, WORLD.c.expires_at <= bindparam("wall"), WORLD.c.expires_at < NEVER)
    .order_by(WORLD.c.n)
)
