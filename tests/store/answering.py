"""A server in a process of its own, whose tables may have other columns; it prints what it answers.

    python -m tests.store.answering usual|permuted|extended URL

`permuted` declares the columns of every table in the reverse order, `extended` adds a column that may be null to each.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any, Final

from app.store.schema import table_of
from app.store.schema.table_of import FieldColumn
from tests.link_keys import without_link_keys

WORLDS: Final = "/_sandbox/v1/worlds"
_columns_of: Final = table_of.columns_of


def permuted(entity: type[Any], *, optional: bool = False) -> Iterator[FieldColumn]:
    """The columns of an entity in the reverse order."""
    yield from reversed(list(_columns_of(entity, optional=optional)))


def extended(entity: type[Any], *, optional: bool = False) -> Iterator[FieldColumn]:
    """The columns of an entity, with another one in their middle."""
    columns = list(_columns_of(entity, optional=optional))
    middle = len(columns) // 2
    yield from columns[:middle]
    yield FieldColumn("extra", str, is_optional=True)
    yield from columns[middle:]


def main(kind: str, url: str) -> None:
    if kind != "usual":
        table_of.columns_of = {"permuted": permuted, "extended": extended}[kind]
    # Only now, because the tables are declared when the store is imported.
    from tests.conftest import Sandbox, started  # noqa: PLC0415
    from tests.databases import Kept  # noqa: PLC0415

    kept = Kept(url)
    with started(kept) as client:
        sys.stdout.write(json.dumps(answers(Sandbox(client, kept)), indent=1))


def answers(sandbox: Any) -> list[Any]:  # noqa: ANN401 - the class is imported later than this module
    """The answers to lists, retrieves, starts, events, exports, imports, forks, copies and resets."""
    client = sandbox.client
    started = body(sandbox.start())
    told = [started, body(sandbox.advance("PT20M")), body(sandbox.end(started["id"]))]
    told += lists(sandbox, "default") + lists(sandbox, "documented")
    told.append(body(sandbox.charge(f"/v1/charging_sessions/{started['id']}")))
    for event in (
        {"event": "connector_fault", "id": sandbox.world()["sample"]["cariqa"]["evse_id"]},
        {"event": "station_silent", "id": started["charging_station"]},
        {"event": "card_declined", "id": started["payment_method"]},
    ):
        told.append(body(client.post(f"{WORLDS}/default/simulate", json=event)))
    told.append(body(sandbox.advance("P2D")))
    export = client.get(f"{WORLDS}/default/export")
    told.append(body(export))
    sent = {"params": {"name": "imported"}, "content": export.content, "headers": {"Content-Type": "application/json"}}
    told.append(without_keys(body(client.post(f"{WORLDS}/import", **sent))))
    for name, wanted in (("forked", {"fork": "default"}), ("copied", {"scenario": "village"})):
        told.append(without_keys(body(client.post(WORLDS, json={"name": name, **wanted}))))
    body(client.post(f"{WORLDS}/copied/reset"))
    for name in ("imported", "forked", "copied"):
        told += [*lists(sandbox, name), body(client.get(f"{WORLDS}/{name}/export"))]
    return told


def body(answer: Any) -> Any:  # noqa: ANN401 - a response, and what JSON can hold
    """The body of an answer, which must not be a refusal."""
    if answer.is_error:
        raise SystemExit(f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text}")
    return json.loads(without_link_keys(answer.content))


def lists(sandbox: Any, world: str) -> list[Any]:  # noqa: ANN401 - the class is imported later than this module
    """The lists of every vendor."""
    every = (
        sandbox.charge(world=world, limit=20),
        sandbox.charge(world=world, status="active"),
        sandbox.charge(world=world, status="failed"),
        sandbox.charge("/v1/reservations", world=world, limit=20),
        sandbox.cariqa(world=world),
        sandbox.podero(world=world, from_="2026-01-01", to="2026-12-31"),
    )
    return [body(answer) for answer in every]


def without_keys(world: dict[str, Any]) -> dict[str, Any]:
    """A world without its keys, which are drawn at random."""
    return {name: value for name, value in world.items() if name != "credentials"}


if __name__ == "__main__":
    main(*sys.argv[1:])
