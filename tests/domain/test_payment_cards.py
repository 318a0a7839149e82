"""A card's number says its brand and has a check digit."""

import pytest

from app.domain.payment_cards import TEST_NUMBERS, brand, has_check_digit


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("4242424242424242", "visa"),
        ("5555555555554444", "mastercard"),
        ("2223003122003222", "mastercard"),
        ("378282246310005", "amex"),
        ("6011111111111117", "discover"),
        ("3056930009020004", "diners"),
        ("36227206271667", "diners"),
        ("3566002020360505", "jcb"),
        ("6200000000000005", "unionpay"),
        ("6759649826438453", "maestro"),
        ("9999999999999995", "unknown"),
    ],
)
def test_brand_follows_from_the_first_digits(number: str, expected: str) -> None:
    """The public test number of each brand has that brand and a right check digit."""
    assert brand(number) == expected
    assert has_check_digit(number)


def test_one_wrong_digit_is_found() -> None:
    """No other last digit than the right one passes."""
    assert [digit for digit in "0123456789" if has_check_digit(f"424242424242424{digit}")] == ["2"]


def test_test_numbers_have_check_digits() -> None:
    """A caller can create a card with each of the test numbers."""
    assert all(map(has_check_digit, TEST_NUMBERS))
