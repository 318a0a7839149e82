"""Types of the entities' fields and classes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, TypeAlias, TypeVar

JsonText: TypeAlias = Annotated[str, "JSON"]
"""The type of a field that holds a text in JSON."""

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass_frozen_for_mypy
else:
    Row = TypeVar("Row")

    def dataclass_frozen_for_mypy(*, frozen: bool, slots: bool) -> Callable[[type[Row]], type[Row]]:
        """A dataclass to which mypy refuses to assign, and Python does not.

        A list makes one object per row, and making an object of a frozen dataclass costs six times as much.
        """
        return dataclass(slots=slots, unsafe_hash=frozen)


__all__ = ["JsonText", "dataclass_frozen_for_mypy"]
