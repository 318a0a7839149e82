"""The order of the rows of a world by their keys, and conditions for the rows between two keys."""

from typing import Any, Final, TypeAlias

from sqlalchemy import BigInteger, ColumnElement, Table, bindparam, tuple_

Key: TypeAlias = tuple[Any, ...]
"""The values of a primary key after the world's number."""


class Keyset:
    """The primary key of a table, after the world's number."""

    def __init__(self, table: Table) -> None:
        self.columns: Final = list(table.primary_key.columns)[1:]
        self.before_all: Final[Key] = tuple(-1 if isinstance(key.type, BigInteger) else "" for key in self.columns)
        self._key: Any = tuple_(*self.columns)

    def after(self) -> ColumnElement[bool]:
        """True of rows after the key `after`."""
        later: ColumnElement[bool] = self._key > self._bound("after")
        return later

    def until(self) -> ColumnElement[bool]:
        """True of rows up to the key `until`."""
        covered: ColumnElement[bool] = self._key <= self._bound("until")
        return covered

    def named(self, which: str, key: Key) -> dict[str, Any]:
        """Returns the parameters of a condition for a key."""
        return {f"{which}_{column.name}": value for column, value in zip(self.columns, key, strict=True)}

    def _bound(self, which: str) -> Any:  # noqa: ANN401 - SQLAlchemy's tuple
        return tuple_(*(bindparam(f"{which}_{column.name}", type_=column.type) for column in self.columns))
