"""A bad body is refused in the words of Podero's framework, and nothing of it is saved."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.podero.people import API, ORG, USER, call, good

pytestmark = [pytest.mark.own_server, pytest.mark.one_database]

_USERS: Final = f"{ORG}/users"
_BROKEN: Final = (400, {"detail": "Cannot parse request body"})


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff", b"role=user", b'{"role": NaN}', b'{"latitude": 1e400}', b'{"email": "\\ud800"}', b"[" * 100_000],
)
def test_podero_020_body_that_is_no_json_cannot_be_parsed(sandbox: Sandbox, content: bytes) -> None:
    """PODERO-020: broken JSON, forms, numbers that JSON does not have, and lone surrogates are 400."""
    answer = call(sandbox, "POST", _USERS, content=content)

    assert (answer.status_code, answer.json()) == _BROKEN


def test_podero_020_media_type_does_not_matter(sandbox: Sandbox) -> None:
    """PODERO-020: the body is read as JSON even if it is said to be something else."""
    content = b'{"role": "user", "email": "media@type.example"}'
    headers = {"Content-Type": "text/plain"}
    key = sandbox.world()["credentials"]["podero"]
    path = _USERS.format(**key)
    answer = sandbox.client.post(path, content=content, headers=headers | {"Authorization": f"Bearer {key['token']}"})

    assert answer.status_code == 200


def test_podero_017_missing_body_is_a_fault(sandbox: Sandbox) -> None:
    """PODERO-017: an empty body lacks the payload, and one that is no object is none."""
    faults = [
        call(sandbox, "POST", _USERS, content=content).json()["detail"] for content in (b"", b"null", b"[]", b"1")
    ]
    no_object = "Input should be a valid dictionary or object to extract fields from"

    assert faults[0] == [{"type": "missing", "loc": ["body", "payload"], "msg": "Field required"}]
    assert faults[1:] == [[{"type": "model_attributes_type", "loc": ["body", "payload"], "msg": no_object}]] * 3


def test_podero_017_faults_of_path_and_body_are_told_together(sandbox: Sandbox) -> None:
    """PODERO-017: one answer has all faults, those of the path first, with the place of each."""
    body = {"role": "boss", "email": "none", "latitude": 91, "first_name": "a" * 101, "town": "a\0b", "zip_code": 1}
    answer = call(sandbox, "POST", f"{API}/org/none/users", json=body)
    told = {tuple(fault["loc"]): fault["type"] for fault in answer.json()["detail"]}

    assert answer.status_code == 422
    assert next(iter(told)) == ("path", "org_id")
    assert told == {
        ("path", "org_id"): "uuid_parsing",
        ("body", "payload", "role"): "enum",
        ("body", "payload", "email"): "value_error",
        ("body", "payload", "latitude"): "less_than_equal",
        ("body", "payload", "first_name"): "string_too_long",
        ("body", "payload", "town"): "string_pattern_mismatch",
        ("body", "payload", "zip_code"): "string_type",
    }


def test_role_is_refused_in_the_words_of_the_framework(sandbox: Sandbox) -> None:
    """The fault of an enumeration lists what is expected."""
    answer = call(sandbox, "POST", _USERS, json={"role": "boss", "email": "a@b.example"})
    expected = "'admin', 'staff', 'user' or 'guest'"

    assert answer.json()["detail"] == [
        {
            "type": "enum",
            "loc": ["body", "payload", "role"],
            "msg": f"Input should be {expected}",
            "ctx": {"expected": expected},
        }
    ]


def test_podero_018_unknown_members_are_ignored(sandbox: Sandbox) -> None:
    """PODERO-018: a member that no page names changes nothing."""
    made = good(sandbox, "POST", _USERS, json={"role": "user", "email": "a@b.example", "colour": "red", "id": "1"})

    assert "colour" not in made
    assert made["id"] != "1"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (_USERS, {"role": "user"}),
        (_USERS, {"role": "user", "email": "x" * 65 + "@b.example"}),
        (f"{USER}/buildings", {"name": ""}),
        (f"{USER}/buildings", {"name": "A", "num_occupants": -1}),
        (f"{USER}/buildings", {"name": "A", "num_occupants": 2**31}),
        (f"{USER}/energy-contracts", {"energy_prices": [{"price": 0.2}, {"price": 0.3}]}),
        (f"{USER}/energy-contracts", {"energy_prices": [{"price": -11}]}),
        (f"{USER}/energy-contracts", {"energy_prices": [{"price": "NaN"}]}),
        (f"{USER}/energy-contracts", {"energy_prices": [{"price": "1e400"}]}),
        (f"{USER}/energy-contracts", {"energy_prices": [{"price": None}]}),
        (f"{USER}/energy-contracts", {"energy_prices": [{"price": 1, "timestamp": "0001-01-01T00:00:00+23:00"}]}),
        (f"{USER}/energy-contracts", {"energy_prices": [{"price": 1}] * 1_001}),
        (f"{USER}/energy-contracts", {"meter_id": "1" * 20}),
        (f"{USER}/energy-contracts", {"energy_contract_type": "Spot Hourly"}),
        (f"{API}/device-onboarding", {"language": "en"}),
    ],
)
def test_bad_member_is_422_and_changes_nothing(sandbox: Sandbox, path: str, body: dict[str, Any]) -> None:
    """A member out of its bounds is refused, and the world stays as it was."""
    before = good(sandbox, "GET", _USERS), good(sandbox, "GET", f"{USER}/energy-contracts")
    answer = call(sandbox, "POST", path, json=body)

    assert answer.status_code == 422, answer.text
    assert (good(sandbox, "GET", _USERS), good(sandbox, "GET", f"{USER}/energy-contracts")) == before


def test_token_is_checked_before_the_body(sandbox: Sandbox) -> None:
    """A broken body without a token is 401."""
    answer = sandbox.client.post(f"{API}/device-onboarding", content=b"{")

    assert (answer.status_code, answer.json()) == (401, {"detail": "Unauthorized"})


def test_change_at_another_instant_is_refused(sandbox: Sandbox) -> None:
    """X-Sandbox-At with a change is 400."""
    answer = call(sandbox, "POST", f"{USER}/buildings", json={"name": "A"}, at="2026-03-04T12:00:00Z")

    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("X-Sandbox-At goes with GET only")
