"""Ids and draws depend on (seed, kind, key) alone, and have the shapes that the vendors show."""

import re
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.ids import draw, prefixed_id, secret, uuid_text

SEEDS = st.integers(0, 2**53 - 1)
KINDS = st.sampled_from(["session", "started", "driver", "reservation", "veh_0aZ"])
KEYS = st.integers(0, 10**9) | st.text(st.characters(codec="ascii", exclude_characters="/"), max_size=40)
NAMED = st.tuples(SEEDS, KINDS, KEYS)


@given(named=NAMED, prefix=st.sampled_from(["cs", "chst", "drv", "res"]))
@settings(deadline=None, max_examples=100)
def test_a_charge_id_is_a_prefix_and_32_letters_and_digits(named: tuple[int, str, object], prefix: str) -> None:
    """A Charge id is its prefix, an underscore and 32 letters and digits."""
    name = prefixed_id(prefix, *named)

    assert re.fullmatch(rf"{prefix}_[A-Za-z0-9]{{32}}", name, re.ASCII)


@given(named=NAMED)
@settings(deadline=None, max_examples=100)
def test_a_uuid_is_canonical_and_of_version_4(named: tuple[int, str, object]) -> None:
    """A UUID is written as the standard library writes it, and has the version 4."""
    name = uuid_text(*named)

    parsed = UUID(name)

    assert str(parsed) == name
    assert parsed.version == 4
    assert parsed.variant == "specified in RFC 4122"


@given(named=NAMED)
@settings(deadline=None, max_examples=150)
def test_a_draw_lies_from_0_to_below_1(named: tuple[int, str, object]) -> None:
    """A draw is at least zero and less than one."""
    drawn = draw(*named)

    assert 0.0 <= drawn < 1.0


def test_draws_are_even() -> None:
    """Of ten thousand draws, about a thousand lie in each tenth of the range."""
    boxes = [0] * 10
    for key in range(10_000):
        boxes[int(10 * draw(7, "even", key))] += 1

    assert all(870 < count < 1130 for count in boxes)


@given(named=NAMED)
@settings(deadline=None, max_examples=100)
def test_ids_and_draws_of_the_same_three_are_the_same(named: tuple[int, str, object]) -> None:
    """A second call with the same seed, kind and key gives the same."""
    first = (prefixed_id("cs", *named), uuid_text(*named), draw(*named), secret(*named[:2]))

    again = (prefixed_id("cs", *named), uuid_text(*named), draw(*named), secret(*named[:2]))

    assert again == first


def test_ids_of_a_seed_are_the_same_in_every_version() -> None:
    """Ids of a seed never change, because users keep them: these are from an earlier version."""
    given_out = (prefixed_id("cs", 42, "session", 1), uuid_text(42, "session", 1), draw(42, "session", 1))

    assert given_out == (
        "cs_eFV0JrR8SN51wCOR2GlDPTyy8M2i1bGt",
        "458bcc0f-47ee-4afe-b728-1b0d52cdace0",
        0.27748525971532934,
    )


@given(one=NAMED, other=NAMED)
@settings(deadline=None, max_examples=150)
def test_ids_of_different_keys_differ(one: tuple[int, str, object], other: tuple[int, str, object]) -> None:
    """A change of seed, kind or key changes Charge id and UUID."""
    same = [str(part) for part in one] == [str(part) for part in other]

    assert (prefixed_id("cs", *one) == prefixed_id("cs", *other)) is same
    assert (uuid_text(*one) == uuid_text(*other)) is same


def test_a_hundred_thousand_ids_are_distinct() -> None:
    """No two ids are the same among those of twenty-five thousand sessions in each of two kinds and two seeds."""
    named = [(seed, kind, n) for seed in (1, 2) for kind in ("session", "started") for n in range(25_000)]

    assert len({prefixed_id("cs", *it) for it in named}) == len(named)
    assert len({uuid_text(*it) for it in named}) == len(named)


def test_a_secret_has_32_bytes_of_its_own() -> None:
    """Each seed and each kind has its own signing key of 32 bytes."""
    secrets = [secret(1, "page"), secret(2, "page"), secret(1, "token")]

    assert [len(key) for key in secrets] == [32, 32, 32]
    assert len(set(secrets)) == 3
