"""Metadata has keys and values of the caller's own, within bounds, and an update merges it."""

from typing import Any, Final

import pytest

from tests.conftest import Sandbox, on_sqlite
from tests.vendors.charge.conftest import PERMITS, permit, permit_made
from tests.vendors.charge.refusals import refusal

pytestmark = on_sqlite
_CODE: Final = "parking_permit_invalid_input"


def test_update_merges(added: Sandbox) -> None:
    """CHARGE-036: new keys are added, known ones replaced, and null or an empty string removes one."""
    made = permit_made(added, metadata={"a": "1", "b": "2", "c": "3", "d": "4"})
    changed = _update(added, made["id"], {"b": "5", "c": "", "d": None, "e": "6"})

    assert changed == {"a": "1", "b": "5", "e": "6"}
    assert added.charge(f"{PERMITS}/{made['id']}").json()["metadata"] == changed


def test_create_leaves_out_what_would_be_removed(added: Sandbox) -> None:
    """An object is not created with an empty value."""
    assert permit_made(added, metadata={"a": "1", "b": "", "c": None})["metadata"] == {"a": "1"}


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        [],
        "a",
        {"a": 1},
        {"a": True},
        {"a": {}},
        {"": "a"},
        {"k" * 41: "a"},
        {"a": "v" * 501},
        {"a": "\0"},
        {"\0": "a"},
        {str(n): "a" for n in range(51)},
        {str(n): "é" * 250 for n in range(45)},
    ],
    ids=range(13),
)
def test_other_metadata_is_refused(added: Sandbox, metadata: Any) -> None:  # noqa: ANN401 - what a body holds
    """Other values than strings, and more or longer ones than a world keeps, are 400 with the resource's code."""
    assert refusal(permit(added, metadata=metadata)) == (400, _CODE, "metadata")


def test_greatest_metadata_is_kept(added: Sandbox) -> None:
    """Fifty keys, and the longest key with the longest value, are returned as they were sent."""
    metadata = {"k" * 40: "v" * 500, **{str(n): "ü" for n in range(49)}}

    assert permit_made(added, metadata=metadata)["metadata"] == metadata


def test_update_may_not_add_too_much(added: Sandbox) -> None:
    """Keys that are there already count, unless the same update removes them."""
    made = permit_made(added, metadata={str(n): "a" for n in range(50)})["id"]
    refused = added.client.post(f"{PERMITS}/{made}", json={"metadata": {"new": "a"}}, headers=added.charge_key())

    assert refusal(refused) == (400, _CODE, "metadata")
    assert len(_update(added, made, {"new": "a", "0": None})) == 50


def _update(sandbox: Sandbox, permit_id: str, metadata: dict[str, str | None]) -> dict[str, str]:
    answer = sandbox.client.post(f"{PERMITS}/{permit_id}", json={"metadata": metadata}, headers=sandbox.charge_key())
    assert answer.status_code == 200, answer.text
    changed: dict[str, str] = answer.json()["metadata"]
    return changed
