"""Wallets: payment methods that pay from a balance, which follows from what they have paid.

A wallet's balance is what it held when it was made, less the charges and invoices that it has paid, plus what came back
to it. It may fall below zero, because a session's price is known only at its end. What an owner has in wallets is the
owner's opening balance and the balances of the owner's wallets. All functions are pure.
"""

from typing import Final, NamedTuple

import orjson

from .models.rows import JsonText

WALLET: Final = "wallet"
"""The kind of payment methods that are wallets."""


class Wallet(NamedTuple):
    """A wallet, its owner (None if it belongs to neither a driver nor a fleet), and the sum that it has paid."""

    id: str
    owner: str | None
    details: JsonText
    paid: int


def balance(wallet: Wallet) -> int:
    """What the wallet holds, in minor units."""
    opened = orjson.loads(wallet.details).get(WALLET) or {}
    return int(opened.get("balance") or 0) - wallet.paid
