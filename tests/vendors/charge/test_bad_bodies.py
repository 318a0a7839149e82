"""A bad body is refused with 4xx in Charge's form, and no session is saved."""

import json
from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import SESSIONS, every
from tests.vendors.charge.refusals import Refusal, refusal

pytestmark = pytest.mark.one_database

NAMES: Final = ("charging_station", "connector", "driver", "payment_method", "vehicle")
UNREADABLE: Final[Refusal] = (400, None, None)
DEEP: Final = 100_000


def test_charge_009_body_that_is_no_json_is_refused(sandbox: Sandbox) -> None:
    """Broken and doubled JSON, NaN, huge numbers, lone surrogates, deep nesting and other encodings are 400."""
    bodies = {
        "empty": b"",
        "blank": b" \n",
        "half": b'{"driver": "drv',
        "trailing comma": b'{"driver": "drv",}',
        "single quotes": b"{'driver': 'drv'}",
        "two objects": b"{}{}",
        "a form": b"driver=drv&vehicle=veh",
        "NaN": b'{"session_limit": NaN}',
        "Infinity": b'{"session_limit": -Infinity}',
        "1e400": b'{"session_limit": 1e400}',
        "10**400": b'{"session_limit": 1' + b"0" * 400 + b"}",
        "a leading zero": b'{"session_limit": 007}',
        "a raw NUL": b'{"driver": "\0"}',
        "a lone high surrogate": b'{"driver": "\\ud800"}',
        "a lone low surrogate": b'{"driver": "\\udc00"}',
        "a lone surrogate as a name": b'{"\\ud800": 1}',
        "broken UTF-8": b'{"driver": "\xff\xfe"}',
        "a surrogate in UTF-8": b'{"driver": "\xed\xa0\x80"}',
        "UTF-16": '{"driver": "drv"}'.encode("utf-16"),
        "deep lists": b"[" * DEEP + b"]" * DEEP,
        "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
        "unclosed lists": b"[" * DEEP,
    }

    assert dict.fromkeys(bodies, UNREADABLE) == _refused(sandbox, bodies)


def test_charge_009_body_that_is_no_object_is_refused(sandbox: Sandbox) -> None:
    """Valid JSON of another type is 400."""
    bodies = {text: text.encode() for text in ("null", "true", "0", '"driver"', "[]", '[{"driver": "drv"}]', "1.5")}

    assert dict.fromkeys(bodies, UNREADABLE) == _refused(sandbox, bodies)


def test_body_of_another_media_type_is_refused(sandbox: Sandbox) -> None:
    """The body must be declared as JSON."""
    body = json.dumps(_order(sandbox)).encode()
    types = (
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/json",
        ";",
        "x",
    )

    actual = {media_type: refusal(_post(sandbox, body, media_type)) for media_type in types}

    assert dict.fromkeys(types, UNREADABLE) == actual
    assert _post(sandbox, body, "Application/JSON; charset=utf-8").status_code == 200


def test_charge_009_a_missing_field_is_named(sandbox: Sandbox) -> None:
    """Each of the five fields is required; the error names the first that is missing."""
    order = _order(sandbox)
    expected: dict[str, Refusal] = {name: (400, None, name) for name in NAMES}

    without = {name: {other: value for other, value in order.items() if other != name} for name in NAMES}
    actual = {name: refusal(_post(sandbox, json.dumps(less).encode())) for name, less in without.items()}

    assert expected == actual
    assert refusal(_post(sandbox, b"{}")) == (400, None, next(iter(order)))


def test_charge_008_an_unknown_field_is_named(sandbox: Sandbox) -> None:
    """A field that is not documented is refused by its name."""
    names = ("unknown", "Driver", "fleet", "metadata", "id", "é", "\0", "", "x" * 128)
    order = _order(sandbox)

    actual = {name: refusal(_post(sandbox, json.dumps(order | {name: 1}).encode())) for name in names}

    assert {name: (400, None, name or None) for name in names} == actual


def test_a_long_field_name_is_cut(sandbox: Sandbox) -> None:
    """The error shows at most the first 128 characters of a name."""
    answer = _post(sandbox, json.dumps(_order(sandbox) | {"x" * 500_000: 1}).encode())

    assert refusal(answer) == (400, None, "x" * 128)
    assert len(answer.content) < 1000


@pytest.mark.parametrize("name", NAMES)
def test_charge_026_an_id_is_a_printable_string(sandbox: Sandbox, name: str) -> None:
    """A value of another type, or an empty, too long or unprintable string, is refused by the field's name."""
    values: list[Any] = [None, True, 1, 1.0, 2**63, 10**19, [], ["x"], {}, {"id": "x"}]
    values += ["", " ", "a b", "\0", "x\0", "\n", "é", "😀", "x" * 256, "x" * 1_000_000]
    order = _order(sandbox)
    bodies = {repr(value)[:40]: json.dumps(order | {name: value}).encode() for value in values}

    assert dict.fromkeys(bodies, (400, None, name)) == _refused(sandbox, bodies)


def test_a_limit_is_a_whole_number_of_watt_hours(sandbox: Sandbox) -> None:
    """A limit is a JSON number from 1 to 2,147,483,647; all other values are refused."""
    order = json.dumps(_order(sandbox))[:-1]
    values = ("true", "false", "1.5", "0.9999", '"5"', '""', "[]", "[5]", "{}", "0", "-0", "-1", "-2147483648")
    large = ("2147483648", str(2**63), str(2**64), "1" + "0" * 300)
    bodies = {value: f'{order}, "session_limit": {value}}}'.encode() for value in (*values, *large)}

    assert dict.fromkeys(bodies, (400, None, "session_limit")) == _refused(sandbox, bodies)


def test_equal_limits_may_be_written_differently(sandbox: Sandbox) -> None:
    """A missing limit equals `null`, and 1000 equals 1000.0 and 1e3: JSON has one type of number."""
    order = json.dumps(_order(sandbox))[:-1]
    expected = {"null": None, "1000": 1000, "1000.0": 1000, "1e3": 1000, "1": 1, "2147483647": 2147483647}

    actual = {}
    for value in expected:
        session = _post(sandbox, f'{order}, "session_limit": {value}}}'.encode()).json()
        actual[value] = session["session_limit"]
        sandbox.end(session["id"])
        sandbox.advance("PT2M")

    assert expected == actual
    assert {type(limit) for limit in actual.values()} == {int, type(None)}


def test_a_body_above_the_limit_is_too_large(sandbox: Sandbox) -> None:
    """A body above 1 MiB is 413, valid or not; a body of exactly 1 MiB is read."""
    order = json.dumps(_order(sandbox)).encode()
    bodies = {
        "text": b'{"driver": "' + b"x" * 2_000_000 + b'"}',
        "blanks": order + b" " * (1 << 20),
        "one byte too many": order.ljust((1 << 20) + 1),
        "zeros": b"\0" * 20_000_000,
    }

    assert dict.fromkeys(bodies, (413, None, None)) == _refused(sandbox, bodies)
    assert _post(sandbox, order.ljust(1 << 20)).status_code == 200


def _order(sandbox: Sandbox) -> dict[str, str]:
    """An order that would be carried out."""
    sample = sandbox.world()["sample"]["charge"]
    return {name: sample[name] for name in NAMES}


def _post(sandbox: Sandbox, body: bytes, media_type: str = "application/json") -> Any:  # noqa: ANN401 - the client's own answer
    headers = sandbox.charge_key() | ({"Content-Type": media_type} if media_type else {})
    return sandbox.client.post(SESSIONS, content=body, headers=headers)


def _refused(sandbox: Sandbox, bodies: dict[str, bytes]) -> dict[str, Refusal]:
    """The refusal of each body, after a check that no session was started."""
    before = every(sandbox, f"{SESSIONS}?status=active")
    actual = {name: refusal(_post(sandbox, body)) for name, body in bodies.items()}
    assert before == every(sandbox, f"{SESSIONS}?status=active")
    return actual
