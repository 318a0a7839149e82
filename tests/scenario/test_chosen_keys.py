"""The keys of a scenario file are checked with their lines; a bad one is refused, and no message repeats it."""

from pathlib import Path
from typing import Final

import pytest

from app.data_files import FIXTURES
from tests.served import check

BEGIN: Final = "name: keyed\nabout: A world with keys of its own.\nkeys:\n"
LINE: Final = 4
"""The line of the first key."""


@pytest.mark.parametrize(
    "keys",
    [
        "charge: ch_sk_test_hotelKey01234567",
        "cariqa: hotel/token+0123456=",
        "podero_client: [hotel-client-0123, hotel-secret-0123]",
        "podero_client: [hotel-client-0123, hotel-client-0123]",
        "charge: ch_sk_test_...",
        "podero: <token>",
    ],
)
def test_good_keys_are_valid(tmp_path: Path, keys: str) -> None:
    """Keys of the form that can be chosen, and the placeholders of a vendor's documentation in their place."""
    assert faults_of(tmp_path, f"  {keys}\n") == []


@pytest.mark.parametrize(
    ("keys", "where", "reason"),
    [
        ("charge: ch_sk_live_hotelKey01234567", "charge", "this is a live mode key"),
        ("charge: ch_sk_test_hotelKey", "charge", "a key has ch_sk_test_ and then at least 16 characters"),
        ("cariqa: hotelKey", "cariqa", "a key has at least 16 characters"),
        ("cariqa: ch_sk_test_...", "cariqa", "a key has at least 16 characters"),
        ("podero: hotelKey of a hotel guest", "podero", "a key has letters, digits and -._~+/ only"),
        ("podero_client: [hotelKey-client-0123, hotelKey]", "podero_client.1", "at least 16 characters"),
        ("podero_client: [hotelKey-client-0123]", "podero_client", ""),
        ("podero_client: hotelKey-client-0123", "podero_client", ""),
        ("charge: 123456789012345678", "charge", "this must be text"),
        ("colour: hotelKey-0123456789", "colour", "there is no such name here"),
    ],
)
def test_bad_key_is_reported_with_its_line(tmp_path: Path, keys: str, where: str, reason: str) -> None:
    """The fault names file, line, part and reason, and does not repeat the key."""
    faults = faults_of(tmp_path, f"  {keys}\n")

    assert faults
    assert faults[0].startswith(f"{tmp_path}/keyed.yaml:{LINE}: keys.{where}")
    assert reason in faults[0]
    assert "hotelKey" not in "".join(faults)
    assert "1234567890" not in "".join(faults)


def test_key_that_is_there_twice_is_reported(tmp_path: Path) -> None:
    """The line is that of the second one."""
    faults = faults_of(tmp_path, "  cariqa: hotel-token-0123456\n  podero: hotel-token-0123456\n")

    assert faults == [f"{tmp_path}/keyed.yaml:{LINE + 1}: keys.podero: this key is here for the second time"]


def test_documented_has_the_placeholders() -> None:
    """The scenario of the documentation's objects is valid with its keys."""
    assert "ch_sk_test_..." in (FIXTURES / "documented.yaml").read_text("utf-8")
    assert check("documented") == []


def faults_of(folder: Path, keys: str) -> list[str]:
    """The faults of a scenario that has only these keys."""
    file = folder / "keyed.yaml"
    file.write_text(BEGIN + keys, "utf-8")
    return check(str(file))
