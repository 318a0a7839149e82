"""An export with null where a column always has a value is refused."""

import json
from typing import Final

import pytest

from app.archive import archives
from app.archive.json_reader import BadDocumentError
from app.main import VENDORS
from app.store.schema.table_catalogue import CATALOGUE, ColumnType
from tests.conftest import Sandbox, on_sqlite

WORLDS: Final = "/_sandbox/v1/worlds"


@on_sqlite
def test_null_is_refused_where_a_value_has_to_be(untouched: Sandbox) -> None:
    """Each such column of the first row of each kind; null stands for an instant that never comes, so these apart."""
    file = untouched.client.get(f"{WORLDS}/documented/export").json()
    columns = [
        (kind.name, column.name)
        for kind in CATALOGUE
        for column in kind.columns
        if not column.optional and column.type is not ColumnType.INSTANT
    ]
    for kind, column in columns:
        first, *others = file[kind]
        damaged = file | {kind: [first | {column: None}, *others]}
        with pytest.raises(BadDocumentError, match=rf"{kind}\.0\.{column}"):
            archives.read(json.dumps(damaged).encode(), VENDORS)
