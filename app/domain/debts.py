"""Debts: what is owed for a session whose payment has failed.

A debt is not stored, because it follows from its session. The instants at which its payment failed and at which it was
paid are stored as a document if a call or an event has caused them, so that earlier instants stay as they were.
"""

from typing import Final

DOCUMENT: Final = "debt"
"""The kind of the documents; their ids are the UUIDs of the sessions, and their owners the users."""
UNPAID: Final = "unpaid"
PAID: Final = "paid"
"""The statuses of such a document."""
INTENT: Final = "pi_"
"""With which the ids of payment intents begin."""
_SESSION: Final = "cs_"


def payment_intent_of(session_id: str) -> str:
    """The id of the payment intent by which the debt of a session is paid."""
    return INTENT + session_id.removeprefix(_SESSION)


def session_of(payment_intent: str) -> str:
    """The id of the session for whose debt a payment intent would be; not every payment intent is for one."""
    return _SESSION + payment_intent.removeprefix(INTENT)
