"""The minor units of currencies, by ISO 4217: how many decimals an amount of money has."""

from typing import Final

_USUAL: Final = 2
_OTHERS: Final = (
    (0, "bif clp djf gnf isk jpy kmf krw pyg rwf ugx uyi vnd vuv xaf xof xpf"),
    (3, "bhd iqd jod kwd lyd omr tnd"),
    (4, "clf uyw"),
)
"""The currencies that are not divided into a hundred. The Hungarian forint is, though no coin is left of its parts."""
UNUSUAL: Final = {code: decimals for decimals, codes in _OTHERS for code in codes.split()}
"""The decimals of those currencies."""


def decimals(currency: str) -> int:
    """The decimals of an amount in that currency, named by its code in lower case: 2 for `eur`, 0 for `isk`."""
    return UNUSUAL.get(currency, _USUAL)
