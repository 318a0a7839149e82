"""The file of a report on charging: how much energy and money a period had, by vehicle, by driver or by fleet."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Final, Literal, NamedTuple, TypeAlias

from .transactions import Kind

GroupBy: TypeAlias = Literal["vehicle", "driver", "fleet"]

_COLUMNS: Final = (
    *("currency", "transactions", "energy_consumed"),
    *("amount_charged", "amount_refunded", "amount_adjusted", "amount"),
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that spreadsheets run as a formula."""


class Group(NamedTuple):
    """What a row of the file is about; `name` is empty for what belongs to none."""

    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over transactions: their number, the energy in Wh, and money in the currency's minor units.

    What goes back to the customer is negative.
    """

    transactions: int = 0
    energy_wh: int = 0
    charged: int = 0
    refunded: int = 0
    adjusted: int = 0

    @classmethod
    def of(cls, kind: str, transactions: int, energy_wh: int, amount: int) -> "Totals":
        """The totals of transactions of one kind."""
        charged, refunded, adjusted = (amount if kind == each else 0 for each in Kind)
        return cls(transactions, energy_wh, charged, refunded, adjusted)

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.transactions + other.transactions,
            self.energy_wh + other.energy_wh,
            self.charged + other.charged,
            self.refunded + other.refunded,
            self.adjusted + other.adjusted,
        )


def csv_text(group_by: GroupBy, parts: Iterable[tuple[Group, Totals]]) -> str:
    """The file in CSV (RFC 4180): a header, then a row for each group and currency, in their order.

    Parts of the same group and currency are added up.
    """
    sums: dict[Group, Totals] = {}
    for group, totals in parts:
        sums[group] = sums.get(group, Totals()) + totals
    text = StringIO(newline="")
    written = csv.writer(text, lineterminator="\r\n")
    written.writerow((group_by, *_COLUMNS))
    written.writerows(_cells(group, sums[group]) for group in sorted(sums))
    return text.getvalue()


def _cells(group: Group, it: Totals) -> Sequence[str | int]:
    amount = it.charged + it.refunded + it.adjusted
    numbers = (it.transactions, it.energy_wh, it.charged, it.refunded, it.adjusted, amount)
    return (_harmless(group.name), _harmless(group.currency), *numbers)


def _harmless(text: str) -> str:
    """The text, after an apostrophe if a spreadsheet would run it as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
