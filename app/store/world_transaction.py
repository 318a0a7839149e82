"""A world at an instant, seen through an open transaction: the first parameter of every query and every operation.

Decorators of queries and operations declare which transaction they need.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from sys import maxsize
from typing import Any, Final, TypeVar

from ..domain.channels import Channels
from .database.protocol import Transaction
from .world import World

AnyCallable = TypeVar("AnyCallable", bound=Callable[..., Any])

_ONE_STATEMENT: Final = "runs_one_statement"
_KEEPS_WORLDS: Final = "keeps_worlds"


@dataclass(frozen=True, slots=True)
class WorldTransaction:
    """A world, an instant in it, and the transaction to read or change it by.

    `channels` are those of the server. In a change, `wall` is the instant of the wall clock at which the world's clock
    showed `now`, and `most_rows` is the greatest number of objects that callers may create in the world.
    """

    db: Transaction
    world: World
    now: int
    channels: Channels
    wall: int = 0
    most_rows: int = maxsize


def one_statement(query: AnyCallable) -> AnyCallable:
    """Declares that a query runs a single statement, so that no transaction needs to be opened around it."""
    setattr(query, _ONE_STATEMENT, True)
    return query


def keeps_worlds(operation: AnyCallable) -> AnyCallable:
    """Declares that an operation changes nothing of worlds that is cached.

    What is cached are a world's row, except the number of its next session, and the credentials that open it.
    """
    setattr(operation, _KEEPS_WORLDS, True)
    return operation


def runs_one_statement(query: Callable[..., Any]) -> bool:
    """Whether the query, or the one that a `partial` calls, declares that it runs a single statement."""
    called = query.func if isinstance(query, partial) else query
    return bool(getattr(called, _ONE_STATEMENT, False) or getattr(query, _ONE_STATEMENT, False))


def does_keep_worlds(operation: Callable[..., Any]) -> bool:
    """Whether the operation declares that it changes nothing of worlds that is cached."""
    return getattr(operation, _KEEPS_WORLDS, False)
