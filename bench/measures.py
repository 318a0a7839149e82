"""All measures by name, in the table's order."""

from collections.abc import Iterator
from typing import Final

from . import (
    changes,
    creates,
    crowd,
    customers,
    lists,
    operations,
    pages,
    postgres,
    reads,
    resources,
    starting,
    testing,
    worlds,
)
from .run import Run, attempt
from .table import Row

_READING: Final = (*pages.NAMES, *lists.NAMES, "memory")


def _reading(run: Run) -> Iterator[Row]:
    """GETs of one server, and the memory that it has taken after all of them."""
    with run.server("reading") as server:
        if run.wanted & {*pages.NAMES}:
            yield from attempt("pages of ten", pages.rows(run, server))
        yield from lists.rows(run, server)
        if "memory" in run.wanted:
            yield from attempt("memory", pages.memory(run, server))


_MEASURES: Final = {
    ("first-start",): starting.first_start,
    ("making",): starting.making,
    ("start",): starting.starts,
    _READING: _reading,
    ("resources",): resources.rows,
    ("reads",): reads.rows,
    ("crowd",): crowd.rows,
    ("operations",): operations.rows,
    ("starts",): changes.starts,
    ("creates",): creates.rows,
    ("customers",): customers.rows,
    ("while-making",): changes.while_making,
    ("advance",): changes.advances,
    ("villages",): worlds.villages,
    ("testing",): testing.rows,
    ("large-villages",): worlds.large_villages,
    ("towns",): worlds.towns,
    ("many-villages",): worlds.many_villages,
    ("postgres",): postgres.rows,
}
NAMES: Final = tuple(name for names in _MEASURES for name in names)


def rows(run: Run) -> Iterator[Row]:
    """Every row that is wanted."""
    for names, measure in _MEASURES.items():
        if run.wanted & {*names}:
            yield from attempt(names[0], measure(run))
