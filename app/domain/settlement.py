"""Payments and invoices. They are not stored, because they follow from a settled session."""

from typing import NamedTuple

from .models import Session
from .pricing import tariff, vat_inside
from .sessions.view import final_total


class Invoice(NamedTuple):
    """The invoice of a settled session, in minor units."""

    total: int
    vat: int


def amount_paid(session: Session, now: int) -> int:
    """What has been paid: the whole total from the settlement on, nothing before."""
    return final_total(session) if session.settled_at <= now else 0


def invoice(session: Session, now: int) -> Invoice | None:
    """The session's invoice; None before it is settled."""
    if session.settled_at > now:
        return None
    total = final_total(session)
    return Invoice(total, vat_inside(tariff(session.tariff), total))
