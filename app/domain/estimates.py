"""What a session would deliver and cost, by the plan and the tariff with which it would start; pure functions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from .channels import Channel
from .clock import SECOND
from .models import Connector, Session, Station, Vehicle
from .ocpi_prices import gross_minor
from .pricing import tariff
from .sessions.start import Buyer, SessionDraft, SessionIds, begin, delivery, fits

ENERGY: Final = "energy"
TIME: Final = "time"
SESSION_FEE: Final = "session_fee"
IDLE_FEE: Final = "idle_fee"
_NAMELESS: Final = SessionIds(0, "", "")
_WH: Final = 1000
_HOUR_S: Final = 3600


@dataclass(frozen=True, slots=True)
class CostLine:
    """A line of a bill in minor units, VAT included. Only what is billed by quantity has a unit and its price."""

    type: str
    description: str
    cost: int
    quantity: float | None = None
    unit: str | None = None
    unit_price: int | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A session that nothing interrupts: its energy, its seconds, and the lines of its bill."""

    tariff: str
    energy_wh: int
    seconds: int
    total: int
    lines: tuple[CostLine, ...]


def best_connector(vehicle: Vehicle, connectors: Iterable[Connector], *, soc: float, target: float) -> Connector | None:
    """The connector at which the vehicle reaches the target first; None if none fits it and is in service."""
    fitting = (each for each in connectors if each.in_service and fits(vehicle, each))
    return min(
        fitting, key=lambda each: (delivery(vehicle, each, soc=soc, target=target)[-1][0], each.id), default=None
    )


def estimate(
    channel: Channel, vehicle: Vehicle, station: Station, connector: Connector, *, soc: float, target: float, now: int
) -> Estimate:
    """The session that would start now and charge the vehicle from `soc` to the target."""
    plan = delivery(vehicle, connector, soc=soc, target=target)
    draft = SessionDraft(created_at=now, starts_at=now, soc=soc, target=target, plan=plan)
    session = begin(_NAMELESS, Buyer(channel, vehicle), station, connector, draft)
    seconds = (session.ended_at - session.started_at) // SECOND
    lines = tuple(_lines(session, seconds))
    return Estimate(session.tariff, session.energy_wh, seconds, sum(line.cost for line in lines), lines)


def _lines(session: Session, seconds: int) -> Iterator[CostLine]:
    """The lines of the final bill that are not zero; energy has one wherever it has a price."""
    sold = tariff(session.tariff)
    if sold.kwh:
        energy, price = session.energy_wh / _WH, gross_minor(sold, sold.kwh)
        yield CostLine(ENERGY, "Energy", session.kwh_cost, energy, "kWh", price)
    if session.time_cost and sold.hour:
        hours, price = round(seconds / _HOUR_S, 4), gross_minor(sold, sold.hour)
        yield CostLine(TIME, "Charging time", session.time_cost, hours, "h", price)
    if session.session_cost:
        yield CostLine(SESSION_FEE, "Session fee", session.session_cost)
    if session.starting_cost:
        yield CostLine(SESSION_FEE, "Starting fee", session.starting_cost)
    if session.blocking_cost:
        yield CostLine(IDLE_FEE, "Idle fee", session.blocking_cost)
