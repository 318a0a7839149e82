"""The worlds of a database: their rows, and the numbers that no two of them share."""

from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, insert, inspect, select, update

from ..domain.clock import NEVER
from . import rows
from .database.compiled_statements import CompiledStatement
from .schema import tables, version
from .schema.partial_indexes import IS_OPEN
from .schema.tables import table
from .world_transaction import World

BUILDING: Final = "building"
TEMPLATE: Final = "template"
SPARE: Final = "spare"
OPEN: Final = "open"
RETIRED: Final = "retired"
"""The states of a world. Credentials open only what is open; a template is there to be copied, and a spare is a copy
that waits for somebody to ask for it."""

NUL: Final = "\0"
"""No name and no key has one, and PostgreSQL cannot even be asked for it."""

_META: Final = table(tables.Meta)
_WORLD: Final = table(tables.World)
_CREDENTIAL: Final = table(tables.Credential)


def prepare(db: Connection) -> bool:
    """Makes the tables in an empty database; whether the database is one of this schema."""
    if version.make_tables(db):
        db.execute(insert(_META), [{"name": "schema", "value": version.SCHEMA}, {"name": "next_world", "value": 1}])
        return True
    return is_current(db)


def is_current(db: Connection) -> bool:
    """Whether the database has this schema's tables, or none at all."""
    if not inspect(db).has_table(_META.name):
        return not inspect(db).get_table_names()
    return db.execute(select(_META.c.value).where(_META.c.name == "schema")).scalar() == version.SCHEMA


def is_foreign(db: Connection) -> bool:
    """Whether the database holds tables of somebody else's, and none of Wattif's of any version."""
    names = set(inspect(db).get_table_names())
    return bool(names) and not {_META.name, _WORLD.name, _CREDENTIAL.name} <= names


def take_number(db: Connection) -> int:
    """The next world's number; never given twice in a database."""
    return int(_TAKE_NUMBER.rows(db, {})[0][0]) - 1


def add(db: Connection, world: World) -> None:
    """Adds a world's row."""
    _ADD.run(db, rows.world_values(world))


def save(db: Connection, world: World) -> None:
    """Writes the row of a world that is there already."""
    _SAVE.run(db, {**rows.world_values(world), "at_n": world.n})


def named(db: Connection, name: str) -> World | None:
    """The open world of that name."""
    found = None if NUL in name else _NAMED.first(db, {"name": name})
    return rows.world(found) if found else None


def locked(db: Connection, name: str) -> World | None:
    """The open world of that name, held against every other change until this one is committed."""
    if NUL in name:
        return None
    sought = {"name": name}
    # PostgreSQL, having waited for a world that was then replaced, sees its successor only when asked again, and may
    # have to wait for that one too.
    while (found := _LOCKED.first(db, sought)) is None and _NAMED.first(db, sought) is not None:
        pass
    return rows.world(found) if found else None


def is_empty(db: Connection) -> bool:
    """Whether there is no world at all yet, in whatever state."""
    return _ANY.first(db, {}) is None


def every(db: Connection, state: str) -> list[World]:
    """The worlds in that state, oldest first."""
    return [rows.world(found) for found in _EVERY.rows(db, {"state": state})]


def counts(db: Connection) -> dict[str, int]:
    """How many worlds there are, by state."""
    return dict(_COUNTS.rows(db, {}))


def template(db: Connection, fingerprint: str, seed: int) -> World | None:
    """What worlds of that scenario and seed are copied from, if it has been made; the first of several."""
    found = _TEMPLATE_OF.first(db, {"fingerprint": fingerprint, "seed": seed, "state": TEMPLATE})
    return rows.world(found) if found else None


def numbered(db: Connection, number: int, state: str) -> World | None:
    """The world of that number, if it is in that state."""
    found = _NUMBERED.first(db, {"n": number, "state": state})
    return rows.world(found) if found else None


def take_spare(db: Connection, template: int, monday: int) -> World | None:
    """A spare copy of that template in that week. Whoever takes it is the only one who does."""
    sought = {"template": template, "monday": monday, "state": SPARE}
    found = _SPARE_OF.first(db, sought)
    return rows.world(found) if found else None


def expired(db: Connection, wall: int) -> list[str]:
    """The names of the open worlds that may be removed by now."""
    return [name for (name,) in _EXPIRED.rows(db, {"wall": wall})]


def still_building(db: Connection, number: int, wall: int) -> None:
    """Notes that a world which is being built has just grown."""
    _GROWN.run(db, {"at_n": number, "in_state": BUILDING, "at_wall": wall})


def retire(db: Connection, number: int, wall: int) -> None:
    """Closes a world for good: its rows are to be swept."""
    _RETIRE.run(db, {"at_n": number, "to_state": RETIRED, "at_wall": wall})


def hand_over(db: Connection, old: World, new: World, wall: int) -> None:
    """Opens a world in another's place: its name and credentials go over, and the other is retired from now on."""
    retire(db, old.n, wall)
    db.execute(update(_CREDENTIAL).where(_CREDENTIAL.c.world == old.n).values(world=new.n))
    save(db, new)


def forget(db: Connection, number: int) -> None:
    """Removes the row of a world whose other rows are gone, and credentials that only it had."""
    db.execute(delete(_CREDENTIAL).where(_CREDENTIAL.c.world == number))
    db.execute(delete(_WORLD).where(_WORLD.c.n == number))


_ANY: Final = CompiledStatement(select(_WORLD.c.n).limit(1))
_COUNTER: Final = _META.c.name == "next_world"
_TAKE_NUMBER: Final = CompiledStatement(
    update(_META).where(_COUNTER).values(value=_META.c.value + 1).returning(_META.c.value)
)
_ADD: Final = CompiledStatement(insert(_WORLD))
_SAVE: Final = CompiledStatement(update(_WORLD).where(_WORLD.c.n == bindparam("at_n")))
_GROWN: Final = CompiledStatement(
    update(_WORLD)
    .where(_WORLD.c.n == bindparam("at_n"), _WORLD.c.state == bindparam("in_state"))
    .values(wall=bindparam("at_wall"))
)
_RETIRE: Final = CompiledStatement(
    update(_WORLD).where(_WORLD.c.n == bindparam("at_n")).values(state=bindparam("to_state"), wall=bindparam("at_wall"))
)
_BY_NAME: Final = select(_WORLD).where(_WORLD.c.name == bindparam("name"), IS_OPEN)
_NAMED: Final = CompiledStatement(_BY_NAME)
_LOCKED: Final = CompiledStatement(_BY_NAME.with_for_update())
_EVERY: Final = CompiledStatement(select(_WORLD).where(_WORLD.c.state == bindparam("state")).order_by(_WORLD.c.n))
_COUNTS: Final = CompiledStatement(select(_WORLD.c.state, func.count()).group_by(_WORLD.c.state))
_NUMBERED: Final = CompiledStatement(
    select(_WORLD).where(_WORLD.c.n == bindparam("n"), _WORLD.c.state == bindparam("state"))
)
_TEMPLATE_OF: Final = CompiledStatement(
    select(_WORLD)
    .where(
        _WORLD.c.state == bindparam("state"),
        _WORLD.c.fingerprint == bindparam("fingerprint"),
        _WORLD.c.seed == bindparam("seed"),
    )
    .order_by(_WORLD.c.n)
    .limit(1)
)
_SPARE_OF: Final = CompiledStatement(
    select(_WORLD)
    .where(
        _WORLD.c.state == bindparam("state"),
        _WORLD.c.template == bindparam("template"),
        _WORLD.c.monday == bindparam("monday"),
    )
    .order_by(_WORLD.c.n)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_EXPIRED: Final = CompiledStatement(
    select(_WORLD.c.name)
    .where(IS_OPEN, _WORLD.c.expires_at <= bindparam("wall"), _WORLD.c.expires_at < NEVER)
    .order_by(_WORLD.c.n)
)
