"""Vehicles, connectors and sessions for the tests of the domain; the vehicles are from the catalogue."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple, TypedDict, Unpack

import yaml
from hypothesis import strategies as st

from app.domain.channels import HOME, Channel
from app.domain.clock import HOUR, MILLISECOND, instant
from app.domain.models import Connector, Session, Station, Vehicle
from app.domain.sessions.lifecycle import SessionBoundaries
from app.domain.sessions.power_plan import Battery, Plan, charge, paused, power, unpacked
from app.domain.sessions.start import Buyer, SessionDraft, SessionIds, battery_at, begin, delivery, fits

CATALOGUE: Final = Path(__file__).resolve().parents[2] / "fixtures" / "catalogue" / "cars.yaml"
CHARGE: Final = Channel(
    "charge",
    shows="id",
    buyer="driver",
    payers=("driver", "payment_method"),
    ends_with_power=True,
    takes_limits=True,
    shows_failed_starts=True,
)
CARIQA: Final = Channel("cariqa", shows="uuid", buyer="user", payers=("user", "payment_method"), has_charge_record=True)
CHANNELS: Final = (CHARGE, CARIQA, HOME)
MORNING: Final = instant("2026-03-02T08:00:00.250Z")
"""On a Monday in winter time."""
STATION: Final = Station(
    id="chst_Example",
    name="Example",
    operator="Wattif",
    kind="hpc",
    address="Hauptstraße, 1, 10115, Berlin",
    city="Berlin",
    country="DE",
    latitude="52.520000",
    longitude="13.405000",
    phone=None,
    is_partner=True,
    utc_offset_minutes=60,
    online=True,
)


class DraftFacts(TypedDict, total=False):
    """The parts of a draft that a test chooses, beside its plan."""

    created_at: int
    starts_at: int
    soc: float
    target: float
    unplugs_at: int | None
    faults_at: int | None
    cancelled_at: int | None
    limit_wh: int | None
    settles_after: int | None


def channel_of(session: Session) -> Channel:
    """The channel of the session."""
    return next(channel for channel in CHANNELS if channel.name == session.channel)


def power_w(planned: Session, now: int) -> int:
    """The power at an instant, which no vendor shows, in whole watts."""
    if not planned.started_at <= now < planned.power_ends_at:
        return 0
    return round(1000 * power(unpacked(planned.plan), (now - planned.started_at) / HOUR))


def boundaries(session: Session) -> SessionBoundaries:
    """The boundaries of the session."""
    return SessionBoundaries.of(session, channel_of(session))


class ChargeRun(NamedTuple):
    """A battery, the states of charge between which it is charged, and the cap on the power."""

    battery: Battery
    soc: float
    target: float
    cap_kw: float

    def plan(self, limit_kwh: float | None = None) -> Plan:
        return charge(self.battery, soc=self.soc, target=self.target, cap_kw=self.cap_kw, limit_kwh=limit_kwh)

    def meter(self, soc: float) -> float:
        """The kWh through the meter until that state of charge."""
        return (soc - self.soc) * self.battery.capacity_kwh / self.battery.efficiency


@st.composite
def charge_runs(draw: st.DrawFn) -> ChargeRun:
    """Batteries with curves of two or three points, to be charged between two states of charge."""
    knees = draw(st.lists(st.floats(0.05, 0.95), max_size=1))
    curve = tuple((soc, draw(st.floats(1, 350))) for soc in (0.0, *knees, 1.0))
    battery = Battery(draw(st.floats(15, 120)), draw(st.floats(0.75, 1)), curve)
    soc = draw(st.floats(0, 0.98))
    return ChargeRun(battery, soc, draw(st.floats(soc + 0.01, 1)), draw(st.floats(2, 400)))


def plug(power_kw: float, phases: int = 0, *, tariff: str = "eur vat=19 kwh=0.5") -> Connector:
    """A connector of the station, on direct current unless it has phases."""
    return Connector(
        station=STATION.id,
        id="connector_a1",
        evse_id="DE*WTF*EEXAMPLE*1",
        standard="IEC_62196_T2" if phases else "IEC_62196_T2_COMBO",
        power_kw=power_kw,
        phases=phases,
        tariff=tariff,
        in_service=True,
        faults_after_s=None,
    )


def _vehicle(row: dict[str, Any]) -> Vehicle:
    known = {name: row[name] for name in ("make", "model", "plug", "battery_wh", "ac_phases")}
    return Vehicle(
        **known,
        id=f"veh_{row['make']}{row['model']}{row['year']}".replace(" ", ""),
        uuid="8f14e45f-ceea-467f-a0e6-b1d8b3a7f5c2",
        fleet=None,
        ac_kw=float(row["ac_kw"]),
        dc=tuple((float(soc), float(power_kw)) for soc, power_kw in row["dc"]),
        charge_to=0.8,
        org=None,
        owner=None,
        home=None,
    )


VEHICLES: Final = [_vehicle(row) for row in yaml.safe_load(CATALOGUE.read_text("utf-8"))]
ID3: Final = next(vehicle for vehicle in VEHICLES if vehicle.model == "ID.3")
HPC: Final = plug(150)
WALLBOX: Final = plug(11, 3)
TYPICAL: Final = ChargeRun(Battery(58, 0.96, ID3.dc), soc=0.1, target=0.8, cap_kw=150).plan()


def session(
    vehicle: Vehicle = ID3,
    connector: Connector = HPC,
    *,
    channel: Channel = CHARGE,
    plan: Plan | None = None,
    **facts: Unpack[DraftFacts],
) -> Session:
    """A session from a state of charge of 0.4 to 0.8 whose power begins immediately; `facts` override this."""
    course = SessionDraft(created_at=MORNING, starts_at=MORNING, soc=0.4, target=0.8, plan=())._replace(**facts)
    planned = delivery(vehicle, connector, soc=course.soc, target=course.target, limit_wh=course.limit_wh)
    party = Buyer(channel, vehicle, driver="drv_Example")
    names = SessionIds(1, "cs_Example", "0b2f4b1e-53a5-4c1b-9a57-6c1b8de2a9f0")
    return begin(names, party, STATION, connector, course._replace(plan=planned if plan is None else plan))


class Visit(NamedTuple):
    """A session with its vehicle and its connector."""

    vehicle: Vehicle
    connector: Connector
    session: Session

    @property
    def battery(self) -> Battery:
        return battery_at(self.vehicle, self.connector)

    def instants(self, shares: list[float]) -> list[int]:
        """Sorted: the instants at which something changes, those next to them, and shares of the time around them."""
        planned = self.session
        first, last = planned.created_at, planned.unplugged_at + HOUR
        boundaries = {first, planned.started_at, planned.power_ends_at, planned.ended_at, planned.unplugged_at, last}
        beside = {boundary + micros for boundary in boundaries for micros in (-1, 0, 1)}
        return sorted({at for at in beside if at >= first} | {first + int(share * (last - first)) for share in shares})


TARIFFS: Final = (
    "eur vat=19 kwh=0.453",
    "eur vat=20 kwh=0.575 hour=12.5 session=1.975",
    "chf vat=8.1 kwh=0.5 starting=0.35 blocking=0.2 grace=60 cap=20.00",
    "eur vat=25.5 hour=3.2 blocking=0.1",
    "eur vat=21",
)
PLUGS: Final = [plug(3.68, 1), plug(11, 3), plug(22, 3), plug(50), plug(150), plug(300)]
FITTING: Final = [(vehicle, connector) for vehicle in VEHICLES for connector in PLUGS if fits(vehicle, connector)]
SHARES: Final = st.lists(st.floats(0, 1), min_size=3, max_size=12)


def _millis(millis: int) -> int:
    return millis * MILLISECOND


@st.composite
def visits(draw: st.DrawFn, channels: Sequence[Channel] = CHANNELS) -> Visit:
    """Any vehicle at any connector that it fits, through one of the channels; power flows in most of them."""
    vehicle, connector = draw(st.sampled_from(FITTING))
    connector = replace(connector, tariff=draw(st.sampled_from(TARIFFS)))
    soc = draw(st.floats(0, 0.8))
    target = soc + draw(st.sampled_from([0.0, 0.01, 0.05, 0.1, 0.15, 0.2]))
    limit_wh = draw(st.none() | st.integers(1, 60_000))
    plan = delivery(vehicle, connector, soc=soc, target=target, limit_wh=limit_wh, fitness=draw(st.floats(0.4, 1)))
    if draw(st.booleans()):
        plan = paused(plan, draw(st.floats(0, 0.99)) * plan[-1][0], draw(st.floats(0, 9)))
    starts_at = MORNING + draw(st.integers(0, 90_000).map(_millis))
    facts: DraftFacts = {"starts_at": starts_at, "soc": soc, "target": target, "limit_wh": limit_wh}
    # Sometimes seconds around the start, else an instant during the plan or well after it.
    on_the_way = st.floats(0.1, 3).map(lambda share: int(share * plan[-1][0] * HOUR) // MILLISECOND * MILLISECOND)
    after_start = st.one_of(on_the_way, on_the_way, on_the_way, st.integers(-60_000, 60_000).map(_millis))
    fates = draw(st.sampled_from(["", "", "unplugs", "unplugs", "faults", "unplugs faults", "cancelled"]))
    if "unplugs" in fates:
        facts["unplugs_at"] = starts_at + draw(after_start)
    if "faults" in fates:
        facts["faults_at"] = starts_at + draw(after_start)
    if "cancelled" in fates:
        facts["cancelled_at"] = draw(st.integers(MORNING // MILLISECOND, starts_at // MILLISECOND).map(_millis))
    facts["settles_after"] = draw(st.none() | st.integers(5_000, 90_000).map(_millis))
    made = session(vehicle, connector, channel=draw(st.sampled_from(channels)), plan=plan, **facts)
    return Visit(vehicle, connector, made)
