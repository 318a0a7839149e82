"""A billing application: it sells charging sessions at Charge and Cariqa, and knows what each has cost.

It is the part that one would write for the vendors themselves: nothing in it knows of the sandbox. It is given an HTTP
client of each vendor's API, with the address and the key.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx2


class CardDeclinedError(Exception):
    """The card does not pay; the message is the vendor's."""


@dataclass(frozen=True)
class Bill:
    """What a session has cost, in the currency's major unit, and how much of it is still to be paid."""

    session: str
    kwh: Decimal
    total: Decimal
    owed: Decimal


class FleetBilling:
    """The sessions of a business's fleet, which are bought at Charge."""

    def __init__(self, charge: httpx2.Client) -> None:
        self._charge = charge

    def start(self, order: Mapping[str, str]) -> str:
        """Starts a session and returns its id. `order` is the body of the call. Raises CardDeclinedError."""
        answer = self._charge.post("/charging_sessions", json=order)
        if answer.status_code == httpx2.codes.PAYMENT_REQUIRED:
            raise CardDeclinedError(answer.json()["message"])
        return str(answer.raise_for_status().json()["id"])

    def bill(self, session: str) -> Bill | None:
        """The bill of a session; None while it goes on."""
        shown = self._charge.get(f"/charging_sessions/{session}").raise_for_status().json()
        return bill_at_charge(shown) if shown["status"] == "completed" else None

    def bills(self, **filters: str) -> Iterator[Bill]:
        """The bills of all sessions that have ended, the newest first, from all pages. `driver`, `fleet` … filter."""
        query = httpx2.QueryParams({"status": "completed", "limit": "50", **filters})
        page: str | None = f"/charging_sessions?{query}"
        while page is not None:
            answer = self._charge.get(page).raise_for_status().json()
            yield from map(bill_at_charge, answer["data"])
            page = answer["next_page_url"]


class DriverBilling:
    """The sessions of private drivers, who are users at Cariqa."""

    def __init__(self, cariqa: httpx2.Client) -> None:
        self._cariqa = cariqa

    def sessions(self, user: str) -> list[str]:
        """The ids of a user's sessions, the newest first, from all pages."""
        found: list[str] = []
        page: str | None = f"/users/{user}/charging-sessions/"
        while page is not None:
            answer = self._cariqa.get(page).raise_for_status().json()
            found += [session["id"] for session in answer["results"]]
            page = answer["next"]
        return found

    def bill(self, user: str, session: str) -> Bill | None:
        """The bill of a session; None while its charge record has not arrived, which may be hours after its end."""
        shown = self._cariqa.get(f"/users/{user}/charging-sessions/{session}/").raise_for_status().json()
        total = shown["session_cost"]["invoice_summary"]
        return Bill(session, Decimal(shown["consumed_energy"]), Decimal(total), Decimal(0)) if total else None


def bill_at_charge(shown: Mapping[str, Any]) -> Bill:
    """The bill of a session that Charge shows in watt-hours and cents."""
    due, paid = shown["amount_due"], shown["amount_paid"]
    return Bill(shown["id"], Decimal(shown["energy_consumed"]) / 1000, Decimal(due) / 100, Decimal(due - paid) / 100)
