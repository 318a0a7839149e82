"""The file of a report on charging: how much energy and money a period had, by vehicle, by driver or by fleet."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Final, Literal, NamedTuple, TypeAlias

GroupBy: TypeAlias = Literal["vehicle", "driver", "fleet"]

MEDIA_TYPE: Final = "text/csv; charset=utf-8; header=present"
_COLUMNS: Final = (
    *("currency", "transactions", "energy_consumed"),
    *("amount_charged", "amount_refunded", "amount_adjusted", "amount"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that spreadsheets run as a formula."""


class GroupCurrency(NamedTuple):
    """What a row of the file is about; the group is empty for what belongs to none."""

    group: str
    currency: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over transactions: their number, the energy in Wh, and money in the currency's minor units.

    `refunded` is what went back; a correction in favour of the customer makes `adjusted` smaller.
    """

    transactions: int = 0
    energy_wh: int = 0
    charged: int = 0
    refunded: int = 0
    adjusted: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.transactions + other.transactions,
            self.energy_wh + other.energy_wh,
            self.charged + other.charged,
            self.refunded + other.refunded,
            self.adjusted + other.adjusted,
        )

    @property
    def amount(self) -> int:
        """What the customer pays in the end."""
        return self.charged - self.refunded + self.adjusted


def csv_file(group_by: GroupBy, parts: Iterable[tuple[GroupCurrency, Totals]]) -> bytes:
    """The file in CSV (RFC 4180) and UTF-8: a header, then a row for each group and currency, in their order.

    Parts of the same group and currency are added up.
    """
    sums: dict[GroupCurrency, Totals] = {}
    for key, totals in parts:
        sums[key] = sums.get(key, Totals()) + totals
    text = StringIO(newline="")
    written = csv.writer(text, lineterminator="\r\n")
    written.writerow((group_by, *_COLUMNS))
    written.writerows(_cells(key, sums[key]) for key in sorted(sums))
    return text.getvalue().encode()


def _cells(key: GroupCurrency, it: Totals) -> Sequence[str | int]:
    numbers = (it.transactions, it.energy_wh, it.charged, it.refunded, it.adjusted, it.amount)
    return (_harmless(key.group), _harmless(key.currency), *numbers)


def _harmless(text: str) -> str:
    """The text, after an apostrophe if a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
