"""Expansion: an answer shows objects in place of their ids, as deep as `expand` asks for."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, TypeAlias

from starlette.requests import Request

from ...store.world_transaction import WorldTransaction
from .errors import ChargeError, unsupported_expand

Object: TypeAlias = dict[str, Any]
ShownById: TypeAlias = Callable[[WorldTransaction, Collection[str]], Mapping[str, Object]]

_DEEPEST: Final = 4
_MOST_PLACED: Final = 10_000
"""The most objects that an answer shows in place of ids: lists of ids inside lists of ids multiply."""


@dataclass(frozen=True, slots=True)
class Expandable:
    """A kind of objects that are retrieved by their ids, and expanded in other objects.

    `shown_by_id` shows the objects with some ids, by one statement, which it should declare with `one_statement`;
    objects that are deleted are left out. `references` are the members that hold an id, or a list of ids, with the
    kind of what the ids name; `outer.inner` is a member of a member.
    """

    kind: str
    shown_by_id: ShownById
    references: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """A member to expand, and what to expand in the objects that stand there then."""

    names: tuple[str, ...]
    shown_by_id: ShownById
    steps: "tuple[Step, ...]"


class Expander:
    """Knows the kinds of objects of an application, and expands one in another."""

    def __init__(self, expandables: Iterable[Expandable]) -> None:
        self._kinds: Final = {each.kind: each for each in expandables}
        self.steps: Final = lru_cache(maxsize=1024)(self._steps)
        """What to expand in objects of a kind for the paths of `expand`. Refuses a path that they do not have."""

    def shown_by_id(self, kind: str) -> ShownById:
        """The function that shows the objects of that kind with some ids."""
        return self._kinds[kind].shown_by_id

    def _steps(self, kind: str, paths: tuple[str, ...], deepest: int = _DEEPEST) -> tuple[Step, ...]:
        if paths and not deepest:
            raise unsupported_expand(f"A path expands at most {_DEEPEST} objects, one in another.")
        members = self._members(kind)
        inside: dict[str, list[str]] = {}
        for path in paths:
            member = next((it for it in members if path == it or path.startswith(f"{it}.")), None)
            if member is None:
                can = f"can expand {', '.join(sorted(members))}" if members else "expands nothing"
                named = kind.replace("_", " ")
                article = "An" if named[0] in "aeio" else "A"
                raise unsupported_expand(f"{article} {named} {can}; not {shown_path(path)}.")
            rest = path[len(member) + 1 :]
            inside.setdefault(member, []).extend([rest] if path != member else [])
        return tuple(
            Step(
                tuple(member.split(".")),
                self.shown_by_id(members[member]),
                self._steps(members[member], tuple(rests), deepest - 1),
            )
            for member, rests in inside.items()
        )

    def _members(self, kind: str) -> Mapping[str, str]:
        """The references to kinds that the application has."""
        return {member: kind for member, kind in self._kinds[kind].references.items() if kind in self._kinds}


def shown_path(path: str) -> str:
    """A path as it is shown in a message."""
    return repr(path[:200].encode("utf-8", "replace").decode())


def expand(tx: WorldTransaction, steps: Sequence[Step], objects: Sequence[Object]) -> None:
    """Puts objects in place of their ids, by one statement for each step; an id whose object is gone stays."""
    if steps:
        _Expansion(tx).run(steps, [(each, 1) for each in objects])


class _Expansion:
    """The expansion of one answer, which counts the objects that it places."""

    def __init__(self, tx: WorldTransaction) -> None:
        self._tx = tx
        self._placed = 0

    def run(self, steps: Sequence[Step], objects: Sequence[tuple[Object, int]]) -> None:
        """Expands the steps in objects, each with the number of places in which the answer shows it."""
        for step in steps:
            *outer, name = step.names
            holders = [(holder, times) for each, times in objects for holder in _holders(each, outer)]
            places: Counter[str] = Counter()
            for holder, times in holders:
                for named in _ids(holder.get(name)):
                    places[named] += times
            self._count(places)
            if not places:
                continue
            found = step.shown_by_id(self._tx, places.keys())
            for holder, _ in holders:
                held = holder.get(name)
                if isinstance(held, list):
                    holder[name] = [found.get(named, named) for named in held]
                elif held is not None:
                    holder[name] = found.get(held, held)
            self.run(step.steps, [(shown, places[named]) for named, shown in found.items()])

    def _count(self, places: Counter[str]) -> None:
        self._placed += places.total()
        if self._placed > _MOST_PLACED:
            raise ChargeError(
                400, f"This would expand more than {_MOST_PLACED} objects; ask for a smaller page.", param="expand"
            )


def _holders(shown: Object, outer: Sequence[str]) -> Iterator[Object]:
    """The object that has the member: `shown` itself, or a copy of what is inside, because a default may be shared."""
    for name in outer:
        inner = shown.get(name)
        if not isinstance(inner, dict):
            return
        shown[name] = dict(inner)
        shown = shown[name]
    yield shown


def _ids(held: Any) -> Sequence[str]:  # noqa: ANN401 - a member of an object
    if held is None:
        return ()
    return held if isinstance(held, list) else (held,)


def expander_of(request: Request) -> Expander:
    """The expander of the application that got the request."""
    expander: Expander = request.app.state.expander
    return expander
