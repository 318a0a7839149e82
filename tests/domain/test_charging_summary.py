"""The file of a report is valid CSV, adds its parts up, and runs in no spreadsheet."""

import csv
import io

import pytest

from app.domain.charging_summary import Group, Totals, csv_text

ZERO = "0,0,0,0,0,0"


def test_parts_of_a_group_and_currency_are_one_row() -> None:
    """Kinds are in columns of their own, and `amount` is their sum."""
    parts = [
        (Group("veh_b", "eur"), Totals.of("charge", 2, 5000, 900)),
        (Group("veh_b", "eur"), Totals.of("refund", 1, 0, -300)),
        (Group("veh_b", "eur"), Totals.of("adjustment", 1, 0, -50)),
        (Group("veh_b", "dkk"), Totals.of("charge", 1, 10, 7)),
        (Group("veh_a", "eur"), Totals.of("charge", 1, 10, 7)),
    ]

    assert csv_text("vehicle", parts).split("\r\n") == [
        "vehicle,currency,transactions,energy_consumed,amount_charged,amount_refunded,amount_adjusted,amount",
        "veh_a,eur,1,10,7,0,0,7",
        "veh_b,dkk,1,10,7,0,0,7",
        "veh_b,eur,4,5000,900,-300,-50,550",
        "",
    ]


@pytest.mark.parametrize("name", ['a"b', "a,b", "a\r\nb", "a\nb", " a ", "", "ü", "a;b"])
def test_odd_names_are_read_as_they_are(name: str) -> None:
    """Quotes, commas and line breaks in an id are escaped as RFC 4180 says."""
    text = csv_text("driver", [(Group(name, "eur"), Totals())])

    assert list(csv.reader(io.StringIO(text, newline=""), strict=True))[1] == [name, "eur", *ZERO.split(",")]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_formulas_are_texts(name: str) -> None:
    """An id that a spreadsheet would run begins with an apostrophe; a negative number stays a number."""
    text = csv_text("driver", [(Group(name, "eur"), Totals.of("refund", 1, 0, -5))])
    row = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1]

    assert row[0] == f"'{name}"
    assert row[-1] == "-5"
