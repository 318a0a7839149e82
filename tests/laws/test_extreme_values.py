"""No value of a parameter, of a header or in a path is a fault of the server: it is served or refused."""

from typing import Any, Final
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.store.keyset_pages import Position
from app.vendors.charge.pagination import Tokens
from tests.conftest import Sandbox, podero_path
from tests.databases import Databases
from tests.lanes import Length
from tests.laws.world_client import RESERVATIONS, SESSIONS, WorldClient

NUMBERS: Final = (
    *("0", "-0", "-1", "1", "100", "101", "2147483647", "2147483648", "9223372036854775807", "9223372036854775808"),
    *("-9223372036854775808", "-9223372036854775809", "1" + 30 * "0", "9" * 4000, "9" * 5000, "1e400", "NaN", "1_0"),
    *("Infinity", "0x10", "+1", " 1", "1.0", "٣", "last", ""),
)
INSTANTS: Final = (
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000001Z", "0001-01-01T00:00:00+23:59", "0001-01-01T00:00:00-23:59"),
    *(
        "9998-12-31T23:59:59.999Z",
        "9999-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999Z",
        "9999-12-31T00:00:00-23:59",
    ),
    *("1970-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "0000-01-01T00:00:00Z", "2016-12-31T23:59:60Z"),
    *("2016-12-31T23:59:60.999Z", "10000-01-01T00:00:00Z", "2026-03-04T12:00:00.0000000000Z"),
)
DAYS: Final = (
    "0001-01-01",
    "9999-12-31",
    "0000-01-01",
    "1970-01-01",
    "2026-02-30",
    "10000-01-01",
    "2026-03-04T00:00:00Z",
)
TEXTS: Final = (
    b"\0",
    b"a\0b",
    b"\xed\xa0\x80",
    b"\xff",
    b"\xf4\x90\x80\x80",
    b"\n",
    b"x" * 9000,
    b"'; --",
    b"%",
    b"%s",
)
VALUES: Final = st.one_of(
    st.sampled_from([*NUMBERS, *INSTANTS, *DAYS]).map(str.encode),
    st.sampled_from(TEXTS),
    st.integers().map(lambda number: str(number).encode()),
    st.datetimes().map(lambda at: f"{at.isoformat()}Z".encode()),
    st.dates().map(lambda day: day.isoformat().encode()),
    st.binary(max_size=40),
)
CREATED: Final = ("created", "created[gt]", "created[gte]", "created[lt]", "created[lte]")
PARAMETERS: Final = {
    SESSIONS: ("driver", "fleet", "vehicle", "status", "limit", "page", "expand", *CREATED),
    RESERVATIONS: ("charging_station", "driver", "vehicle", "status", "limit", "page"),
    "cariqa": ("page", "page_size", "cursor"),
    "podero": ("from", "to", "limit", "offset"),
}
EDGES: Final = (-(2**63), -(2**63) + 1, -2, -1, 0, 1, 2**62, 2**63 - 2, 2**63 - 1)
INT64: Final = st.one_of(st.sampled_from(EDGES), st.integers(-(2**63), 2**63 - 1))
ASKED: Final = st.sampled_from(sorted(PARAMETERS)).flatmap(
    lambda path: st.tuples(
        st.just(path), st.dictionaries(st.sampled_from(PARAMETERS[path]), VALUES, max_size=4), st.booleans()
    )
)


@pytest.fixture(scope="module")
def examples(databases: Databases, length: Length) -> int:
    """How many examples each test tries. PostgreSQL has limits of its own, so its short form is less short."""
    if databases.kind == "postgresql" and length is Length.SHORT:
        return 400
    return {Length.SHORT: 50, Length.MEDIUM: 1500, Length.LONG: 50_000}[length]


def test_extreme_values_in_queries_are_no_faults(reader: WorldClient, examples: int) -> None:
    """Any query of any list, at any instant, gets an answer below 500."""
    paths = {"cariqa": reader.user_paths[0], "podero": reader.vehicle_paths[0]}

    @settings(max_examples=examples, deadline=None)
    @given(asked=ASKED, at=st.none() | VALUES)
    @example(asked=("cariqa", {"page": b"1", "page_size": b"9" * 5000}, True), at=None)
    @example(asked=(SESSIONS, {name: INSTANTS[0].encode() for name in CREATED}, False), at=INSTANTS[0].encode())
    @example(asked=(SESSIONS, {name: INSTANTS[6].encode() for name in CREATED}, False), at=INSTANTS[4].encode())
    @example(asked=("podero", {"from": b"0001-01-01", "to": b"9999-12-31", "offset": b"2147483647"}, False), at=None)
    @example(asked=("podero", {"from": b"9999-12-31", "to": b"9999-12-31"}, False), at=INSTANTS[4].encode())
    def check(asked: tuple[str, dict[str, bytes], bool], at: bytes | None) -> None:
        path, query, more = asked
        if path == "podero" and more:
            query = {"from": b"2026-01-01", "to": b"2026-12-31"} | query
        written = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in query.items())

        assert status(reader, f"{paths.get(path, path)}?{written}", at) < 500

    check()


def test_extreme_ids_in_paths_are_no_faults(reader: WorldClient, examples: int) -> None:
    """Any text in the place of an id gets an answer below 500."""
    cariqa, podero = reader.user_paths[0], reader.vehicle_paths[0]

    @settings(max_examples=examples, deadline=None)
    @given(name=VALUES, at=st.none() | st.sampled_from(INSTANTS).map(str.encode))
    def check(name: bytes, at: bytes | None) -> None:
        written = quote_from_bytes(name, safe="")
        whole, days = podero.split("/"), "?from=2026-01-01&to=2026-02-01"
        paths = [f"{SESSIONS}/{written}", cariqa.replace(cariqa.split("/")[4], written)]
        paths += ["/".join([*whole[:n], written, *whole[n + 1 :]]) + days for n in (5, 7, 9)]

        assert [status(reader, path, at) < 500 for path in paths] == [True] * 5

    check()


def test_extreme_positions_in_signed_tokens_are_no_faults(reader: WorldClient, examples: int) -> None:
    """A page token that is signed rightly is refused or gives a page, at every position that it can name."""
    seed = reader.http.get(f"/_sandbox/v1/worlds/{reader.world}").json()["seed"]

    @settings(max_examples=examples, deadline=None)
    @given(
        path=st.sampled_from([SESSIONS, RESERVATIONS]),
        created=INT64,
        n=INT64,
        newer=st.booleans(),
        filters=st.sampled_from(["", "&status=completed", "&limit=1", "&status=active", "&vehicle=veh_1"]),
        at=st.none() | st.sampled_from(INSTANTS).map(str.encode),
    )
    def check(path: str, created: int, n: int, filters: str, at: bytes | None, *, newer: bool) -> None:
        named = [tuple(filters[1:].split("="))] if filters and "limit" not in filters else []
        token = Tokens(seed, path, named).write(Position(created, n), newer=newer)  # type: ignore[arg-type]

        assert status(reader, f"{path}?page={token}{filters}", at) in {200, 400}

    check()


def test_odd_keys_are_refused(sandbox: Sandbox) -> None:
    """A key of any form that no world has is 401 or 403; signed claims of any type open nothing."""
    nothing = "eyJhbGciOiJub25lIn0"  # {"alg":"none"}
    odd = "eyJzdWIiOlsxZTQwMF0sImV4cCI6IjkiLCJpYXQiOjFlNDAwfQ"  # {"sub":[1e400],"exp":"9","iat":1e400}
    keys = [
        "\x00",
        "\xff",
        "ch_sk_test_\x00",
        f"{nothing}.{odd}.",
        f"{nothing}.{odd}.AAAA",
        "..",
        "x" * 9000,
        "ch_sk_test_ü",
    ]
    podero = podero_path(sandbox.opened()["credentials"]["podero"])
    paths = (SESSIONS, "/api/v1/users/1/charging-sessions/", f"{podero}?from=2026-01-01&to=2026-01-02")
    found = {
        sandbox.client.get(path, headers=[(b"authorization", b"Bearer " + key.encode("latin-1"))]).status_code
        for path in paths
        for key in keys
    }

    assert found <= {401, 403}


def status(client: WorldClient, path: str, at: bytes | None) -> int:
    """The status of a GET with the world's key."""
    headers: list[tuple[bytes, bytes]] = [
        (name.encode(), value.encode()) for name, value in client.headers(path).items()
    ]
    when = [] if at is None else [(b"x-sandbox-at", at.replace(b"\r", b" ").replace(b"\n", b" "))]
    answer: Any = client.http.get(path, headers=[*headers, *when])
    return int(answer.status_code)
