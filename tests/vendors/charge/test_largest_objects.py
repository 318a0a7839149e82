"""What callers create is small enough for an export, which has a largest size of its parts."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox
from tests.vendors.charge.pages import every
from tests.vendors.charge.parties import send
from tests.vendors.charge.refusals import refusal

POLICIES: Final = "/v1/policies"
WORLDS: Final = "/_sandbox/v1/worlds"


def policy(operators: int) -> dict[str, Any]:
    """The body of a policy that names that number of operators with long names."""
    names = [f'"{n:03d}{"é" * 490}' for n in range(operators)]
    return {"name": "Long", "mode": "suggestion", "rules": {"allowed_operators": names}}


def test_charge_039_larger_objects_are_refused(sandbox: Sandbox) -> None:
    """CHARGE-039: a policy of more than 48,000 bytes is 400, with and without a key, and is not there afterwards."""
    before = every(sandbox, POLICIES)
    keyed = sandbox.charge_key() | {"Idempotency-Key": "large"}
    answers = [
        send(sandbox, POLICIES, policy(100)),
        sandbox.client.post(POLICIES, json=policy(100), headers=keyed),
        sandbox.client.post(POLICIES, json=policy(100), headers=keyed),
    ]

    assert [refusal(answer) for answer in answers] == [(400, None, None)] * 3
    assert every(sandbox, POLICIES) == before


@pytest.mark.own_server
def test_largest_object_and_its_kept_answer_are_exported(sandbox: Sandbox) -> None:
    """A world with a policy of almost that size, made with an idempotency key, is exported and imported."""
    keyed = sandbox.charge_key() | {"Idempotency-Key": "large"}
    made = sandbox.client.post(POLICIES, json=policy(48), headers=keyed)
    file = sandbox.client.get(f"{WORLDS}/default/export").content
    taken = sandbox.client.post(
        f"{WORLDS}/import?name=large", content=file, headers={"Content-Type": "application/json"}
    )

    assert made.status_code == 200, made.text
    assert len(made.content) > 45_000
    assert taken.status_code == 201, taken.text
    assert every(sandbox, POLICIES, world="large") == every(sandbox, POLICIES)
