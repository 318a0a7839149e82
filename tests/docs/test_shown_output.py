"""The comparison of a page with what is printed finds each difference that a reader would mind."""

import pytest

from tests.docs.shown_output import is_as_shown


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("ok", "ok\n"),
        ('{"a":1,\n"b":2}', '{"a":1,"b":2}'),
        ('{"id":"txn_…","amount":1}', '{"id":"txn_8RlxnUrvxG90GH8g3GA1Fm9HKctHscZr","amount":1}'),
        ("Wattif 0.6.0: ready\n… its keys\nend", "Wattif 0.7.0.dev1: ready\none\ntwo\nend"),
        ("key ch_sk_test_wK3TaIXcKUAwJLik15W2yL0x", "key ch_sk_test_000TaIXcKUAwJLik15W2yL0x"),
        ("key ch_sk_test_…", "key ch_sk_test_000TaIXcKUAwJLik15W2yL0x"),
        ("token eyJhbGciOiJIUzI1NiJ9.…", "token eyJhbGciOiJIUzI1NiJ9.eyJ3IjoiMSJ9.nKx-_"),
        ("token 8s3CPOgQr4PXpeoaQl40zy7n4ninws", "token 9s3CPOgQr4PXpeoaQl40zy7n4ninwt"),
        ("now 2026-11-27T13:14:52.170Z", "now 2027-01-02T03:04:05Z"),
        ("1 passed in 0.52s", "\x1b[32m1 passed\x1b[0m in 11.00s"),
        ("1 passed in 0.52s", "1 passed in 65.20s (0:01:05)"),
        ("in use by process 4211", "in use by process 7"),
    ],
)
def test_harmless_difference_passes(shown: str, printed: str) -> None:
    """Whitespace, what `…` stands for, keys, durations, versions, process numbers and real instants may differ."""
    assert is_as_shown(shown, printed)


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("ok", ""),
        ("ok", "ok and more"),
        ('{"amount_due":4138,…', '{"amount_due":4139,"amount_paid":0}'),
        ("cs_LYk9EPEYBezdU7sxNEwsRPx1E2CRzDih", "cs_8RlxnUrvxG90GH8g3GA1Fm9HKctHscZr"),
        ("at 2026-03-04T12:15:00.000Z", "at 2026-03-04T12:15:00.001Z"),
        ("1 passed in 0.52s", "2 passed in 0.52s"),
        ("first\n…\nlast", "first\nmiddle"),
        ("…[", "no bracket"),
    ],
)
def test_wrong_answer_fails(shown: str, printed: str) -> None:
    """Amounts, ids, instants of frozen worlds and missing or further text are differences."""
    assert not is_as_shown(shown, printed)
