"""Values by the segments of a path template and a method: `/worlds/{name}` fits `/worlds/mine`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")


@dataclass(slots=True)
class _Node(Generic[Value]):
    """The segments that may follow here; `values` by method, if a path ends here."""

    literals: "dict[str, _Node[Value]]" = field(default_factory=dict)
    parameters: "dict[tuple[str, str], _Node[Value]]" = field(default_factory=dict)
    """By the text before and behind a parameter within its segment."""
    values: dict[str, Value] = field(default_factory=dict)


class PathTable(Generic[Value]):
    """Values by path and method. A literal segment has precedence over a parameter."""

    def __init__(self) -> None:
        self._root: Final = _Node[Value]()

    def add(self, path: str, method: str, value: Value) -> None:
        """Raises ValueError if the path has a converter or two parameters in one segment, or the method is there."""
        node = self._root
        for segment in path.split("/")[1:]:
            if "{" not in segment:
                node = node.literals.setdefault(segment, _Node())
                continue
            before, _, behind = _parted(path, segment)
            node = node.parameters.setdefault((before, behind), _Node())
        if method in node.values:
            raise ValueError(f"{path}: there are two operations for {method}")
        node.values[method] = value

    def find(self, path: str) -> Iterator[tuple[dict[str, Value], tuple[str, ...]]]:
        """The values at a path by method, with the values of its parameters, for each template that fits.

        `/worlds/import` fits both itself and `/worlds/{name}`.
        """
        return _found(self._root, path.split("/"), 1, ())

    def has(self, path: str) -> bool:
        """Whether there is a value at the path, for any method."""
        return next(self.find(path), None) is not None


def parameter_names(path: str) -> tuple[str, ...]:
    """The names of a template's parameters. Raises ValueError like `PathTable.add`."""
    return tuple(_parted(path, segment)[1] for segment in path.split("/") if "{" in segment)


def _parted(path: str, segment: str) -> tuple[str, str, str]:
    """The text before a segment's parameter, its name, and the text behind it."""
    before, _, rest = segment.partition("{")
    name, _, behind = rest.partition("}")
    if not name.isidentifier() or "{" in behind:
        raise ValueError(f"{path}: a segment has one parameter at most, and no converter")
    return before, name, behind


def _found(
    node: _Node[Value], segments: list[str], n: int, values: tuple[str, ...]
) -> Iterator[tuple[dict[str, Value], tuple[str, ...]]]:
    """The values below a node that fit the segments from number `n` on."""
    if n == len(segments):
        if node.values:
            yield node.values, values
        return
    segment = segments[n]
    literal = node.literals.get(segment)
    if literal is not None:
        yield from _found(literal, segments, n + 1, values)
    for (before, behind), child in node.parameters.items():
        value = segment[len(before) : len(segment) - len(behind)]
        if value and segment.startswith(before) and segment.endswith(behind):
            yield from _found(child, segments, n + 1, (*values, value))
