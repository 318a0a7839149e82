"""An exported file becomes a world; a faulty one is refused with its line, and leaves nothing behind."""

import json
from collections.abc import Callable
from typing import Any, Final

import httpx2
import pytest

from tests.conftest import Sandbox, podero_path

pytestmark = pytest.mark.own_server

WORLDS: Final = "/_sandbox/v1/worlds"
JSON: Final = {"Content-Type": "application/json"}
File = dict[str, Any]
Change = Callable[[File], object]


def test_an_exported_file_becomes_a_world(sandbox: Sandbox) -> None:
    """It has the given name, and the clock, seed and sample ids of the original."""
    answer = take_in(sandbox, exported(sandbox), name="again")
    before, after = sandbox.world("documented"), sandbox.world("again")

    assert answer.status_code == 201
    assert answer.headers["location"] == f"{WORLDS}/again"
    assert answer.json() == after
    assert after["name"] == "again"
    assert after["expires_at"] is None
    assert {name: after[name] for name in ("scenario", "seed", "clock", "sample")} == {
        name: before[name] for name in ("scenario", "seed", "clock", "sample")
    }


def test_an_imported_world_has_new_credentials(sandbox: Sandbox) -> None:
    """None of them is one of the original's, and every vendor accepts them."""
    take_in(sandbox, exported(sandbox), name="again")
    before, after = (sandbox.world(name)["credentials"] for name in ("documented", "again"))
    token = sandbox.client.post(
        "/oauth2/token/",
        json={
            "grant_type": "client_credentials",
            "client_id": after["podero"]["client_id"],
            "client_secret": after["podero"]["client_secret"],
        },
    ).json()["access_token"]
    listed = sandbox.client.get(
        podero_path(after["podero"]),
        params={"from": "2026-03-01", "to": "2026-04-01"},
        headers={"Authorization": f"Bearer {token}"},
    )

    assert before["charge"] != after["charge"]
    assert before["cariqa"]["token"] != after["cariqa"]["token"]
    assert before["podero"]["token"] != after["podero"]["token"]
    assert listed.json()["total"] == 2
    assert [answer.headers["X-Sandbox-World"] for answer in (sandbox.charge(world="again"), listed)] == ["again"] * 2
    assert sandbox.cariqa(world="again").json()["count"] == 2


def test_an_imported_world_has_the_name_in_the_file(sandbox: Sandbox) -> None:
    """Another name can be given; a taken one is refused."""
    file = changed(exported(sandbox), lambda it: it["world"].update(name="of-the-file"))
    first, second, third = take_in(sandbox, file), take_in(sandbox, file), take_in(sandbox, file, name="documented")

    assert first.json()["name"] == "of-the-file"
    assert [first.status_code, second.status_code, third.status_code] == [201, 409, 409]
    assert worlds(sandbox) == {"default", "documented", "of-the-file"}


def test_an_imported_clock_continues_from_the_exported_instant(sandbox: Sandbox) -> None:
    """It runs at the exported speed from the moment of the import."""
    file = changed(exported(sandbox), lambda it: it["world"]["clock"].update(speed=3600.0))
    clock = take_in(sandbox, file, name="again").json()["clock"]

    assert clock["speed"] == 3600
    assert "2026-04-01T01:53:58.446Z" <= clock["now"] < "2026-04-01T03:53:58.446Z"


def test_an_imported_world_can_expire(sandbox: Sandbox) -> None:
    """`expires_in` works as for a created world."""
    file = exported(sandbox)
    kept = take_in(sandbox, file, name="kept", expires_in="PT1H")
    gone = take_in(sandbox, file, name="gone", expires_in="PT0.001S")

    assert kept.json()["expires_at"] is not None
    assert gone.status_code in {201, 404}
    assert worlds(sandbox) == {"default", "documented", "kept"}


def test_an_imported_world_can_be_reset(sandbox: Sandbox) -> None:
    """It is then as its scenario says, under the same credentials."""
    file = changed(exported(sandbox), lambda it: it["sessions"].clear() or it["reservations"].clear())
    keys = take_in(sandbox, file, name="again").json()["credentials"]
    empty = sandbox.charge(world="again").json()["data"]
    answer = sandbox.client.post(f"{WORLDS}/again/reset")

    assert empty == []
    assert answer.status_code == 200
    assert answer.json()["credentials"] == keys
    assert sandbox.charge(world="again").content == sandbox.charge(world="documented").content


def test_another_layout_of_the_file_gives_the_same_world(sandbox: Sandbox) -> None:
    """Sorted, indented or with instants in other offsets, a file gives the same world."""
    file = json.loads(exported(sandbox))
    file["world"]["clock"]["now"] = "2026-04-01t03:53:58.446+02:00"
    answer = take_in(sandbox, json.dumps(file, indent=4, sort_keys=True).encode(), name="again")

    assert answer.status_code == 201
    assert sandbox.charge(world="again").content == sandbox.charge(world="documented").content


@pytest.mark.parametrize(
    "query",
    [{"name": "Not a name"}, {"name": ""}, {"expires_in": "soon"}, {"expires_in": "P400D"}, {"scenario": "town"}],
)
def test_an_invalid_query_is_refused(untouched: Sandbox, query: dict[str, str]) -> None:
    """Only a name and a lifetime are accepted."""
    answer = take_in(untouched, exported(untouched), **query)

    assert answer.status_code == 400
    assert next(iter(query)) in answer.json()["detail"]


def test_a_parameter_that_is_there_twice_is_refused(untouched: Sandbox) -> None:
    """Neither of two names is taken."""
    answer = untouched.client.post(f"{WORLDS}/import?name=a&name=b", content=exported(untouched), headers=JSON)

    assert answer.status_code == 400
    assert "name" in answer.json()["detail"]


def test_a_file_of_another_media_type_is_refused(untouched: Sandbox) -> None:
    """Its content is not read."""
    answer = untouched.client.post(
        f"{WORLDS}/import", content=exported(untouched), headers={"Content-Type": "text/csv"}
    )

    assert answer.status_code == 400


def test_a_file_that_is_too_large_is_refused(open_sandbox: Callable[..., Sandbox]) -> None:
    """More bytes than WATTIF_MAX_IMPORT_BYTES are 413; that may be more than other bodies may have."""
    sandbox = open_sandbox(max_import_bytes=150_000, max_body_bytes=1024)
    file = exported(sandbox)
    small = changed(file, lambda it: [it[kind].clear() for kind in ("sessions", "reservations", "documents")])

    assert len(file) > 150_000 > len(small) > 1024
    assert take_in(sandbox, file, name="large").status_code == 413
    assert take_in(sandbox, small, name="small").status_code == 201


def test_too_many_sessions_or_worlds_are_refused(open_sandbox: Callable[..., Sandbox]) -> None:
    """More sessions than WATTIF_MAX_ROWS or more worlds than WATTIF_MAX_WORLDS are 409."""
    sandbox = open_sandbox(max_rows=20, max_worlds=3)
    fits, too_much = exported(sandbox), exported(sandbox, "default")

    assert take_in(sandbox, too_much, name="b").status_code == 409
    assert take_in(sandbox, fits, name="a").status_code == 201
    assert take_in(sandbox, fits, name="c").status_code == 409
    assert worlds(sandbox) == {"default", "documented", "a"}


@pytest.mark.parametrize(
    ("file", "line", "reason"),
    [
        (b"hello\n", 1, "this is not a world that Wattif has exported"),
        (b'{"wattif": "export",\n"version": 2}', 2, "version: version 2 is of a later Wattif"),
        (b'{"wattif": "export",\n"version": 1,\n"fleets": [', 3, "this is not JSON: Expecting value (column 12)"),
        (b'{"wattif": "export", "version": 1,\n"fleets": [\n{}\n]}', 3, "fleets.0.id: this is missing"),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(untouched: Sandbox, file: bytes, line: int, reason: str) -> None:
    """The line is in the detail and a member of the problem."""
    answer = take_in(untouched, file)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == f"line {line}: {reason}"
    assert answer.json()["line"] == line


def test_a_refused_file_leaves_no_rows(sandbox: Sandbox) -> None:
    """A fault at the very end of a file leaves nothing in the database."""
    before = sandbox.kept.contents()
    file = changed(exported(sandbox), lambda it: it["reservations"][-1].update(driver="drv_Unknown"))

    assert take_in(sandbox, file, name="again").status_code == 400
    assert sandbox.kept.contents() == before


def exported(sandbox: Sandbox, world: str = "documented") -> bytes:
    return sandbox.client.get(f"{WORLDS}/{world}/export").content


def take_in(sandbox: Sandbox, file: bytes, **query: str) -> httpx2.Response:
    return sandbox.client.post(f"{WORLDS}/import", params=query, content=file, headers=JSON)


def changed(file: bytes, change: Change) -> bytes:
    """The file with a change to its content."""
    whole = json.loads(file)
    change(whole)
    return json.dumps(whole).encode()


def worlds(sandbox: Sandbox) -> set[str]:
    return {world["name"] for world in sandbox.client.get(WORLDS).json()["worlds"]}
