"""An entry of a day's plan."""

from dataclasses import dataclass

from ..domain import reservations
from ..domain.models import Reservation, Session


@dataclass(frozen=True, slots=True)
class DayEntry:
    """A session, a reservation, or a reservation with its session."""

    session: Session | None
    reservation: Reservation | None = None

    def without_session(self) -> "DayEntry":
        """The entry as it takes place where something that its session needs is busy."""
        return DayEntry(None, self.reservation and reservations.unfulfilled(self.reservation))
