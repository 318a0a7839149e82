"""The id of a setup intent says its user and its number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.setup_intents import intent_id, user_and_number

_USERS = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", min_size=1, max_size=255)


@given(_USERS, st.integers(0, 10**9))
def test_id_says_user_and_number(user: str, number: int) -> None:
    """Both are read from it, for ids of every form and length."""
    made = intent_id(user, number)

    assert made.startswith("seti_")
    assert made.removeprefix("seti_").isalnum()
    assert user_and_number(made) == (user, number)


@given(st.text("abcXYZ0123456789_é%\0", max_size=600))
def test_other_ids_say_nothing_wrong(text: str) -> None:
    """A text is an id only if it is the one that its user and its number have."""
    for named in (text, f"seti_{text}"):
        said = user_and_number(named)
        assert said is None or intent_id(*said) == named


@pytest.mark.parametrize("named", ["", "seti_", "seti_0", "pi_H53MAzZ76LOW", "seti_1THkgXHtgZxQ1KXxOhLbYQKU", "٣"])
def test_id_of_another_form_says_neither(named: str) -> None:
    """Neither does one with another prefix, or with leading zeros."""
    assert user_and_number(named) is None
    assert user_and_number(f"seti_0{intent_id('user_id', 0).removeprefix('seti_')}") is None
