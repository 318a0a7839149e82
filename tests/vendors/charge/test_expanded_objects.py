"""An expanded object is shown as its own retrieve shows it, for every path that the contract names."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from app.web import openapi
from tests.conftest import Sandbox, on_sqlite, resumed
from tests.contract.written import resolved
from tests.databases import Databases, Kept

_PATHS: Final = {"policy": "policies"}
"""The last step of the path of a kind's retrieve, where it is not the kind and an s."""

_HOLDERS: Final = {"preferences"}
"""Members that hold references, and are none themselves."""
_PERIOD: Final = {"period_start": "2026-01-01T00:00:00Z", "period_end": "2026-01-01T00:00:01Z"}


def _lists() -> Iterator[tuple[str, str]]:
    """Each list of the contract, with each path that it expands."""
    for path, item in openapi.contract("charge")["paths"].items():
        parameters = [resolved("charge", it) for it in item.get("get", {}).get("parameters", ())]
        by_name = {it["name"]: it for it in parameters}
        if {"page", "expand"} <= by_name.keys():
            for expanded in by_name["expand"]["schema"]["items"]["enum"]:
                yield path, expanded


@pytest.mark.parametrize("world", ["default", "documented"])
@pytest.mark.parametrize(("path", "expanded"), list(_lists()))
def test_expanded_objects_are_as_they_are_retrieved(untouched: Sandbox, path: str, expanded: str, world: str) -> None:
    """Objects stand where their ids are without `expand`, and nothing else of a row changes."""
    plain = untouched.charge(path, world=world, limit=20).json()["data"]
    rows = untouched.charge(path, world=world, limit=20, expand=[expanded]).json()["data"]

    _check(untouched, world, plain, rows)


@pytest.fixture(scope="module")
def with_report(databases: Databases, made: Kept) -> Iterator[Sandbox]:
    """A sandbox that has a report besides what its scenario has."""
    kept = databases.copy(made)
    report = {"parameters": {"type": "charging_summary", **_PERIOD}}
    with resumed(kept) as client:
        sandbox = Sandbox(client, kept)
        client.post("/v1/reports", json=report, headers=sandbox.charge_key()).raise_for_status()
        yield sandbox
    databases.drop(kept)


@on_sqlite
@pytest.mark.parametrize(("path", "expanded"), list(_lists()))
def test_pages_are_expanded_without_a_statement_for_each_row(with_report: Sandbox, path: str, expanded: str) -> None:
    """A page is one statement, and each step of a path that finds an id is one more, for twenty rows as for one."""
    read: list[str] = []
    database: Any = with_report.client.app.state.context.directory.database  # type: ignore[attr-defined]
    with_report.charge()
    database._reading.set_trace_callback(read.append)  # noqa: SLF001 - SQLite's own connection
    answer = with_report.charge(path, limit=20, expand=[expanded])
    database._reading.set_trace_callback(None)  # noqa: SLF001 - the same

    assert answer.status_code == 200
    assert (read[0], read[-1]) == ("BEGIN", "COMMIT")
    assert len(read) - 2 == 1 + _reached(answer.json()["data"], expanded.split("."))


def _reached(rows: list[Any], path: list[str]) -> int:
    """How many ids and objects stand in one another on a path, apart from what only holds a reference."""
    held = [row[path[0]] for row in rows if isinstance(row, dict) and row[path[0]]] if path else []
    inside = [each for one in held for each in (one if isinstance(one, list) else [one])]
    return (path[0] not in _HOLDERS) + _reached(inside, path[1:]) if inside else 0


def _check(sandbox: Sandbox, world: str, plain: Any, shown: Any) -> None:  # noqa: ANN401 - members of objects
    """Compares two values; where the one is an id, the other may be the object."""
    if isinstance(plain, dict) and isinstance(shown, dict):
        assert list(plain) == list(shown)
        for name, value in plain.items():
            _check(sandbox, world, value, shown[name])
    elif isinstance(plain, list) and isinstance(shown, list):
        for one, other in zip(plain, shown, strict=True):
            _check(sandbox, world, one, other)
    elif isinstance(plain, str) and isinstance(shown, dict):
        kind = shown["object"]
        retrieved = sandbox.charge(f"/v1/{_PATHS.get(kind, f'{kind}s')}/{plain}", world=world)
        assert retrieved.status_code == 200, retrieved.text
        _check(sandbox, world, retrieved.json(), shown)
    else:
        assert plain == shown
