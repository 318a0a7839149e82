"""Setup intents: a user has one open intent at a time, by which a payment method is added.

An open intent is not stored, because it follows from its user and from how many the user has confirmed. So its id says
both, and reading it writes nothing.
"""

from typing import Final

DOCUMENT: Final = "setup_intent"
"""The kind of the documents that intents become when they are confirmed; their owners are the users."""
OPEN: Final = "open"
CONFIRMED: Final = "confirmed"
"""The statuses of such a document. A scenario may place an open one."""
_PREFIX: Final = "seti_"
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LONGEST: Final = 512


def intent_id(user: str, number: int) -> str:
    """The id of a user's intent, which are numbered from 0: the number and the user's id, written in base 62."""
    return _PREFIX + _in_base_62(int.from_bytes(f"{number}/{user}".encode()))


def user_and_number(intent: str) -> tuple[str, int] | None:
    """The user and the number that an id says; None if it says neither."""
    digits = intent.removeprefix(_PREFIX)
    if not digits.isascii() or not digits.isalnum() or len(digits) > _LONGEST:
        return None
    value = 0
    for digit in digits:
        value = value * len(_DIGITS) + _DIGITS.index(digit)
    text = value.to_bytes((value.bit_length() + 7) // 8).decode("utf-8", "replace")
    number, _, user = text.partition("/")
    if not (number.isascii() and number.isdigit()) or intent_id(user, int(number)) != intent:
        return None
    return user, int(number)


def _in_base_62(value: int) -> str:
    digits = []
    while value:
        value, digit = divmod(value, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
