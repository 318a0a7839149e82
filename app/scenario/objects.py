"""Hand-placed objects as a scenario writes them: what may be said of each, and what it means."""

from itertools import pairwise
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetPydanticSchema,
)
from pydantic_core.core_schema import CoreSchema, no_info_after_validator_function

from ..domain import models
from ..domain.clock import DAY, SECOND
from ..domain.ids import canonical
from ..domain.sessions.power_plan import Point
from ..domain.sessions.view import LONGEST
from .instants import Instant
from .values import Latitude, Longitude, TariffLine

_UUID: Final = "^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$"
_WEEK_S: Final = LONGEST // SECOND
_YEAR_S: Final = 366 * DAY // SECOND
_MOST_WH: Final = 10_000_000
_LEAST_KW: Final = 0.001
_MOST_KW: Final = 10_000


def _curve(points: list[Point]) -> list[Point]:
    shares = [share for share, _ in points]
    if (shares[0], shares[-1]) != (0, 1) or any(after <= before for before, after in pairwise(shares)):
        raise ValueError("a curve goes from 0, empty, to 1, full, and each point lies after the one before")
    if not all(_LEAST_KW <= power <= _MOST_KW for _, power in points):
        raise ValueError(f"a vehicle takes from {_LEAST_KW} to {_MOST_KW:,} kW until it is full")
    return points


FleetId = Annotated[str, Field(pattern="^flt_[A-Za-z0-9]{1,64}$")]
DriverId = Annotated[str, Field(pattern="^drv_[A-Za-z0-9]{1,64}$")]
UserId = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,255}$"), AfterValidator(canonical)]
CardId = Annotated[str, Field(pattern="^pm_[A-Za-z0-9]{1,64}$")]
VehicleId = Annotated[str, Field(pattern="^veh_[A-Za-z0-9]{1,64}$")]
StationId = Annotated[str, Field(pattern="^chst_[A-Za-z0-9]{1,64}$")]
Uuid = Annotated[str, Field(pattern=_UUID), AfterValidator(canonical)]
UserReference = Annotated[str, AfterValidator(canonical)]
SessionId = Annotated[str, Field(pattern="^cs_[A-Za-z0-9]{32}$")]
ReservationId = Annotated[str, Field(pattern="^res_[A-Za-z0-9]{32}$")]
EvseId = Annotated[str, Field(pattern="^[A-Z]{2}[*]?[A-Z0-9]{3}[*]?E[A-Z0-9*]+$", max_length=48)]
Currency = Annotated[str, Field(pattern="^[a-z]{3}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Power = Annotated[float, Field(ge=_LEAST_KW, le=_MOST_KW)]


class Part(BaseModel):
    """A part of a scenario. A name that it does not have is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True)


class Fleet(Part):
    """A company that has drivers and vehicles."""

    id: FleetId = Field(description="Its id.")
    name: str = Field(description="Its name.")
    email: str = Field(description="Its address; take one that ends in .example.")


class ScenarioDriver(Part):
    """A person with a driver's account."""

    id: DriverId = Field(description="The driver's id.")
    name: str = Field(description="The driver's name.")
    email: str = Field(description="The address; take one that ends in .example.")
    fleet: str | None = Field(default=None, description="The fleet that the driver belongs to.")


class User(Part):
    """A person with a user's account."""

    id: UserId = Field(description="The user's id, usually a UUID.")
    name: str = Field(description="The user's name.")
    email: str = Field(description="The address; take one that ends in .example.")
    driver: str | None = Field(default=None, description="The driver who is the same person, if there is one.")
    has_billing_data: bool = Field(default=True, description="Whether the user has the data that an invoice needs.")


class PaymentMethod(Part):
    """A card of a driver or a user, or one that any driver can use."""

    id: CardId = Field(description="Its id.")
    driver: str | None = Field(default=None, description="The driver who owns it.")
    user: UserReference | None = Field(default=None, description="The user who owns it.")
    card: models.Card = Field(default=models.Card.GOOD, description="How it behaves.")


class ScenarioConnector(Part):
    """A connector of a station."""

    id: str = Field(pattern="^[!-~]+$", description="Its name within the station.")
    evse_id: EvseId = Field(description="The name on the charging point, such as DE*WTF*E0001*1.")
    standard: Literal["IEC_62196_T2_COMBO", "CHADEMO", "IEC_62196_T2"] = Field(description="The plug, in OCPI's words.")
    power_kw: Power = Field(description="The most power that it gives, in kW.")
    phases: int = Field(ge=0, le=3, description="1 to 3 on alternating current, 0 on direct current.")
    tariff: TariffLine = Field(
        description="Net prices: currency, vat in percent; kwh per kWh, hour per hour, session and starting once,"
        " blocking per minute after grace minutes, up to cap with VAT."
    )
    in_service: bool = Field(default=True, description="False: it is always out of order.")
    faults_after_s: int | None = Field(
        default=None, ge=0, le=_WEEK_S, description="Seconds after the start of each session at which it fails."
    )
    silent_after_s: int | None = Field(
        default=None,
        ge=0,
        le=_WEEK_S,
        description="Seconds after the start of each session at which its station is silent for a while.",
    )


class ScenarioStation(Part):
    """A station with its connectors."""

    id: StationId = Field(description="Its id.")
    name: str = Field(max_length=250, description="Its name.")
    operator: str = Field(description="The company that operates it.")
    kind: Literal["street", "destination", "work", "dc", "hpc", "home"] = Field(description="Its kind.")
    address: str = Field(max_length=250, description="Street, number, postal code and town.")
    city: str = Field(description="The town.")
    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2, in quotes where it is NO.")
    latitude: Latitude = Field(pattern=r"^-?\d{1,2}\.\d{6}$", description="Six decimals, in quotes.")
    longitude: Longitude = Field(pattern=r"^-?\d{1,3}\.\d{6}$", description="Six decimals, in quotes.")
    phone: str | None = Field(default=None, max_length=30, description="The telephone number for help.")
    is_partner: bool = Field(default=False, description="Whether it is shown as a partner's station.")
    utc_offset_minutes: int = Field(
        default=0, ge=-720, le=840, description="The place's standard time less UTC, all year round."
    )
    online: bool = Field(default=True, description="False: it never answers.")
    connectors: list[ScenarioConnector] = Field(min_length=1, description="Its connectors.")


class ScenarioVehicle(Part):
    """A vehicle. It charges by an optimiser's plan at home if it has `org`, `owner` and `home`."""

    id: VehicleId = Field(description="Its id.")
    uuid: Uuid = Field(description="Its id as a UUID.")
    make: str = Field(description="Its maker.")
    model: str = Field(description="Its model.")
    plug: Literal["CCS", "CHAdeMO"] = Field(default="CCS", description="Its inlet for direct current.")
    battery_wh: int = Field(gt=0, le=_MOST_WH, description="The capacity of its battery in Wh.")
    ac_kw: Power = Field(default=11.0, description="The most power on alternating current, in kW.")
    ac_phases: int = Field(default=3, ge=1, le=3, description="The number of phases on alternating current.")
    dc: Annotated[list[Point], Field(min_length=2), AfterValidator(_curve)] = Field(
        description="Power on direct current: points [state of charge, kW] from 0 to 1, linear in between."
    )
    charge_to: float = Field(default=0.8, gt=0, le=1, description="The state of charge at which it stops charging.")
    arrives_with: Share | None = Field(default=None, description="The state of charge at each start through an API.")
    fleet: str | None = Field(default=None, description="The fleet that it belongs to.")
    driver: str | None = Field(default=None, description="The driver who owns it.")
    org: Uuid | None = Field(default=None, description="The organisation of its optimiser.")
    owner: Uuid | None = Field(default=None, description="Its owner at the optimiser.")
    home: str | None = Field(default=None, description="The station at its home.")


class Silence(Part):
    """The time in which a station is silent."""

    since: Instant = Field(alias="from", description="When it falls silent.")
    until: Instant = Field(description="When it reports again; from then on the sessions show what has happened.")


class PlacedSession(Part):
    """A session: constant power from `started` until `energy_kwh` are in, or something ends it earlier."""

    id: SessionId = Field(description="Its id.")
    uuid: Uuid = Field(description="Its id as a UUID.")
    channel: str = Field(description="The channel by which it is sold.")
    station: str = Field(description="The station.")
    connector: str = Field(description="The connector; the session is sold at its tariff.")
    vehicle: str = Field(description="The vehicle.")
    driver: str | None = Field(default=None, description="The driver who charges, where drivers buy.")
    fleet: str | None = Field(default=None, description="The fleet it is for.")
    user: UserReference | None = Field(default=None, description="The user who charges, where users buy.")
    payment_method: str | None = Field(default=None, description="The payment method that pays.")
    created: Instant = Field(description="When the vehicle is plugged in.")
    started: Instant = Field(description="When power starts.")
    unplugged: Instant | None = Field(
        default=None, description="When the vehicle is unplugged; a minute after the end if it is left out."
    )
    stopped: Instant | None = Field(default=None, description="When it is ended through the vendor.")
    cancelled: Instant | None = Field(default=None, description="When it is cancelled, before power has started.")
    faulted: Instant | None = Field(default=None, description="When the connector fails.")
    silent: Silence | None = Field(default=None, description="When its station is silent.")
    power_kw: Power = Field(description="The power in kW.")
    energy_kwh: float = Field(ge=0, le=_MOST_WH / 1000, description="The energy at the meter in kWh.")
    limit_wh: int | None = Field(
        default=None, gt=0, le=_MOST_WH, description="The limit that was set, in Wh; the session ends there."
    )
    soc: Share = Field(default=0.2, description="The state of charge at the start.")
    settles_after_s: int | None = Field(
        default=30, ge=0, le=_YEAR_S, description="Seconds from the end to the payment; null: the payment fails."
    )
    rating: int | None = Field(default=None, ge=1, le=5, description="The user's rating in stars.")
    at_home: bool = Field(default=False, description="True: the vehicle's optimiser waits from `created` to `started`.")
    target_soc: Share = Field(default=0.8, description="The state of charge that the optimiser is to reach.")


class PlacedReservation(Part):
    """A reservation: pending from `created` on, confirmed from `confirms` on, and `outcome` from `resolves` on."""

    id: ReservationId = Field(description="Its id.")
    driver: str = Field(description="The driver.")
    vehicle: str = Field(description="The vehicle.")
    payment_method: str = Field(description="The payment method that pays.")
    station: str | None = Field(default=None, description="The station that is assigned.")
    connector_type: Literal["CCS", "CHAdeMO", "Type2"] = Field(description="The type of connector that is wanted.")
    created: Instant = Field(description="When it is made.")
    updated: Instant | None = Field(default=None, description="When it was changed last, if it was.")
    confirms: Instant = Field(description="When it is confirmed, if it is not resolved by then.")
    resolves: Instant = Field(description="When its status becomes `outcome`.")
    outcome: Literal["completed", "cancelled", "failed", "expired"] = Field(description="Its last status.")
    failed_reason: Literal["no_available_connectors", "payment_failed", "other"] | None = Field(
        default=None, description="The reason, if it fails."
    )
    confirmed: Instant | None = Field(
        default=None, description="When it begins to show a station and a reserved window; never if it is left out."
    )
    ideal_start: Instant = Field(description="The window that is asked for: its start.")
    ideal_end: Instant = Field(description="And its end.")
    reserved_start: Instant = Field(description="The window that is reserved: its start.")
    reserved_end: Instant = Field(description="And its end.")
    latitude: float = Field(ge=-90, le=90, description="Where a station is wanted.")
    longitude: float = Field(ge=-180, le=180, description="Where a station is wanted.")
    radius: int = Field(default=1500, ge=0, le=1_000_000, description="The search radius in metres.")
    currency: Currency = Field(default="eur", description="The currency of the fee.")
    fee: int = Field(default=0, ge=0, le=10_000_000, description="The fee in minor units.")
    free_until_before: int = Field(
        default=1800, ge=0, le=_YEAR_S, description="Seconds before the start until which cancelling costs nothing."
    )


def _written_as(part: type[Part]) -> GetPydanticSchema:
    """An entity whose fields a scenario writes as the fields of that part."""

    def schema(entity: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(lambda written: entity(**dict(written)), handler(part))

    return GetPydanticSchema(schema)


class Objects(Part):
    """Things placed by hand, by kind."""

    fleets: list[Annotated[models.Fleet, _written_as(Fleet)]] = Field(default_factory=list, description="Companies.")
    drivers: list[ScenarioDriver] = Field(default_factory=list, description="Drivers.")
    users: list[Annotated[models.User, _written_as(User)]] = Field(default_factory=list, description="Users.")
    payment_methods: list[Annotated[models.PaymentMethod, _written_as(PaymentMethod)]] = Field(
        default_factory=list, description="Payment methods."
    )
    vehicles: list[ScenarioVehicle] = Field(default_factory=list, description="Vehicles.")
    stations: list[ScenarioStation] = Field(default_factory=list, description="Stations with their connectors.")
    sessions: list[PlacedSession] = Field(default_factory=list, description="Charging sessions, past and to come.")
    reservations: list[PlacedReservation] = Field(default_factory=list, description="Reservations, past and to come.")


Location = tuple[str | int, ...]
"""The steps that lead to a part of a scenario."""
