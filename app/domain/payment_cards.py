"""Payment cards by their numbers: the brand, the check digit, the expiry, and how the public test numbers behave.

Neither a number nor a check code is kept of a card.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from .clock import millis
from .ids import draw, prefixed_id
from .models import Card, PaymentMethod

TEST_NUMBERS: Final[Mapping[str, Card]] = {
    "4000000000000002": Card.DECLINED,
    "4000000000000069": Card.DECLINED,
    "4000000000000119": Card.DECLINED,
    "4000000000000127": Card.DECLINED,
    "4000000000009979": Card.DECLINED,
    "4000000000009987": Card.DECLINED,
    "4000000000009995": Card.INSUFFICIENT_FUNDS,
    "4000002500003155": Card.NEEDS_AUTHENTICATION,
    "4000002760003184": Card.NEEDS_AUTHENTICATION,
    "4000008260003178": Card.NEEDS_AUTHENTICATION,
    "4000008400001629": Card.NEEDS_AUTHENTICATION,
    "4000000000000341": Card.FAILS_AT_SETTLEMENT,
}
"""The test numbers, as payment sandboxes document them, of cards that are not good: declined (also as expired, lost,
stolen, for its check code or by an error of processing), without funds, to be authenticated, or only good until they
are charged."""

TEST_CARDS: Final[Mapping[str, str]] = {
    "visa": "4242424242424242",
    "mastercard": "5555555555554444",
    "amex": "378282246310005",
    "declined": "4000000000000002",
    "insufficient_funds": "4000000000009995",
    "authentication_required": "4000002500003155",
    "fails_later": "4000000000000341",
}
"""Numbers to pay with, by the words for them."""

REFUSALS: Final[Mapping[str, str]] = {
    "declined": "The card is declined.",
    "insufficient_funds": "The card has insufficient funds.",
    "fails_later": "The card is declined when it is charged.",
}
"""What an issuer says who does not pay, by the words for cards."""

_RENEWED_FOR_YEARS: Final = 4
_LAST_YEAR: Final = 9999
_LAST_DIGITS: Final = 4
_BRANDS: Final = (
    ("visa", 4, 4),
    ("mastercard", 51, 55),
    ("mastercard", 2221, 2720),
    ("amex", 34, 34),
    ("amex", 37, 37),
    ("discover", 6011, 6011),
    ("discover", 644, 649),
    ("discover", 65, 65),
    ("diners", 300, 305),
    ("diners", 309, 309),
    ("diners", 36, 36),
    ("diners", 38, 39),
    ("jcb", 3528, 3589),
    ("unionpay", 62, 62),
    ("maestro", 5018, 5018),
    ("maestro", 5020, 5020),
    ("maestro", 5038, 5038),
    ("maestro", 6304, 6304),
    ("maestro", 6759, 6763),
)
"""The issuers' first digits by ISO/IEC 7812: brand, first and last."""


class Expiry(NamedTuple):
    """A month."""

    year: int
    month: int


def behaviour(number: str) -> Card:
    """How a card with that number behaves: as the public test numbers are documented, else it is good."""
    return TEST_NUMBERS.get(number, Card.GOOD)


def brand(number: str) -> str:
    """The brand by the issuer's first digits; `unknown` for those of no brand."""
    for name, first, last in _BRANDS:
        if first <= int(number[: len(str(first))]) <= last:
            return name
    return "unknown"


def has_check_digit(number: str) -> bool:
    """Whether the last digit is the one that ISO/IEC 7812 computes from the others (Luhn)."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def expiry(method: PaymentMethod) -> Expiry | None:
    """The last month in which a card is good; None for what is no card, and for a card that is always renewed."""
    if '"exp_year"' not in method.details:
        return None
    card = json.loads(method.details).get("card")
    year, month = (card.get("exp_year"), card.get("exp_month")) if isinstance(card, dict) else (None, None)
    return Expiry(year, month) if isinstance(year, int) and isinstance(month, int) else None


def is_expired(expires: Expiry, now: int) -> bool:
    """Whether the month is over at `now` (UTC)."""
    return f"{expires.year:04d}-{expires.month:02d}" < millis(now)[:7]


def kept(number: str, expires: Expiry, seed: int) -> dict[str, Any]:
    """What is kept of a card with that number, in the words of its vendors."""
    return {
        "brand": brand(number),
        "exp_month": expires.month,
        "exp_year": expires.year,
        "fingerprint": prefixed_id("fp", seed, "card", number),
        "last4": number[-_LAST_DIGITS:],
    }


def assumed(method_id: str, year: int, seed: int) -> dict[str, Any]:
    """What a card is shown with of which nothing is kept: its issuer renews it (CHARGE-063), always until that year."""
    return {
        "brand": "visa",
        "exp_month": 12,
        "exp_year": year,
        "fingerprint": prefixed_id("fp", seed, "card_of_method", method_id),
        "last4": f"{int(draw(seed, 'last4', method_id) * 10_000):04d}",
    }


def renewed(now: int) -> int:
    """The year in which a card expires that is issued at `now`."""
    return min(int(millis(now)[:4]) + _RENEWED_FOR_YEARS, _LAST_YEAR)
