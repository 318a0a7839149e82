"""An argument of a wrong type is refused with a sentence, before anything is sent."""

from collections.abc import Callable
from typing import Any

import pytest

from app.client import ControlClient, UsageError, World
from tests.serving.fake_server import WORLD

_URL = "http://127.0.0.1:1"
_SHOWN = WORLD | {"urls": {}, "magic": {}}


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda odd: ControlClient(_URL).world(odd), "name"),
        (lambda odd: ControlClient(odd), "url"),  # noqa: PLW0108 - one form for all
        (lambda odd: ControlClient(_URL, token=odd), "token"),
        (lambda odd: ControlClient(_URL).request(odd, "/health"), "method"),
        (lambda odd: World(ControlClient(_URL), _SHOWN).advance(until=odd), "until"),
        (lambda odd: World(ControlClient(_URL), _SHOWN).confirm_setup_intent(odd), "intent"),
        (lambda odd: World(ControlClient(_URL), _SHOWN).confirm_payment_intent(odd), "intent"),
    ],
    ids=["world", "url", "token", "method", "until", "setup intent", "payment intent"],
)
@pytest.mark.parametrize("odd", [7, b"x", object()], ids=["number", "bytes", "object"])
def test_text_of_a_wrong_type_is_refused(call: Callable[[Any], object], named: str, odd: object) -> None:
    """The message names the argument, or what it ought to be."""
    with pytest.raises(UsageError, match=named):
        call(odd)


@pytest.mark.parametrize("odd", [0, -1, float("nan"), float("inf"), "5", None])
def test_a_timeout_that_is_no_time_is_refused(odd: Any) -> None:  # noqa: ANN401 - a wrong type on purpose
    """A wait has an end."""
    with pytest.raises(UsageError, match=r"timeout_s is .*; it takes seconds"):
        ControlClient(_URL, timeout_s=odd)


def test_a_long_text_is_shortened_in_the_message() -> None:
    """A document that is given as a name does not fill the terminal."""
    with pytest.raises(UsageError, match=r"^.{20,200}$"):
        ControlClient(_URL).world("x" * 10_000)
