"""Hand-placed objects as a scenario writes them: what may be said of each, and what it means."""

import re
from itertools import pairwise
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetPydanticSchema,
    WithJsonSchema,
)
from pydantic_core.core_schema import CoreSchema, no_info_after_validator_function

from ..domain import models
from ..domain.clock import DAY, SECOND
from ..domain.pricing import tariff
from ..domain.sessions.power_plan import Point
from ..domain.sessions.view import LONGEST
from .channels import ChannelName
from .instants import Instant

_UUID: Final = "^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$"
_PRICE: Final = r"\d{1,7}(\.\d{1,6})?"
_TARIFF: Final = re.compile(
    rf"[a-z]{{3}} vat={_PRICE}( (kwh|hour|session|starting|blocking|cap)={_PRICE}| grace=\d{{1,5}})*", re.ASCII
)
_WEEK_S: Final = LONGEST // SECOND
_YEAR_S: Final = 366 * DAY // SECOND
_MOST_WH: Final = 10_000_000
_LEAST_KW: Final = 0.001
_MOST_KW: Final = 10_000


def _tariff(value: str) -> str:
    if _TARIFF.fullmatch(value) is None:
        raise ValueError(f"{value!r} is not a tariff such as 'eur vat=19 kwh=0.453'")
    tariff(value)
    return value


def _curve(points: list[Point]) -> list[Point]:
    shares = [share for share, _ in points]
    if (shares[0], shares[-1]) != (0, 1) or any(after <= before for before, after in pairwise(shares)):
        raise ValueError("a curve goes from 0, empty, to 1, full, and each point lies after the one before")
    if not all(_LEAST_KW <= power <= _MOST_KW for _, power in points):
        raise ValueError(f"a car takes from {_LEAST_KW} to {_MOST_KW:,} kW as long as it is not full")
    return points


FleetId = Annotated[str, Field(pattern="^flt_[A-Za-z0-9]{1,64}$")]
DriverId = Annotated[str, Field(pattern="^drv_[A-Za-z0-9]{1,64}$")]
UserId = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,255}$")]
CardId = Annotated[str, Field(pattern="^pm_[A-Za-z0-9]{1,64}$")]
VehicleId = Annotated[str, Field(pattern="^veh_[A-Za-z0-9]{1,64}$")]
StationId = Annotated[str, Field(pattern="^chst_[A-Za-z0-9]{1,64}$")]
SessionId = Annotated[str, Field(pattern="^cs_[A-Za-z0-9]{1,64}$")]
ReservationId = Annotated[str, Field(pattern="^res_[A-Za-z0-9]{1,64}$")]
Uuid = Annotated[str, Field(pattern=_UUID)]
EvseId = Annotated[str, Field(pattern="^[A-Z]{2}[*]?[A-Z0-9]{3}[*]?E[A-Z0-9*]+$", max_length=48)]
Currency = Annotated[str, Field(pattern="^[a-z]{3}$")]
Share = Annotated[float, Field(ge=0, le=1)]
Power = Annotated[float, Field(ge=_LEAST_KW, le=_MOST_KW)]
TariffLine = Annotated[
    str,
    AfterValidator(_tariff),
    WithJsonSchema({"type": "string", "pattern": f"^{_TARIFF.pattern}$", "examples": ["eur vat=19 kwh=0.453"]}),
]


class Part(BaseModel):
    """A part of a scenario; nothing may be said in it that nobody reads."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Fleet(Part):
    """A company that has drivers and cars."""

    id: FleetId = Field(description="Its id at Charge.")
    name: str = Field(description="What it is called.")
    email: str = Field(description="Its address; take one that ends in .example.")


class Driver(Part):
    """Somebody who charges through Charge."""

    id: DriverId = Field(description="The id at Charge.")
    name: str = Field(description="What the driver is called.")
    email: str = Field(description="The address; take one that ends in .example.")
    fleet: str | None = Field(default=None, description="The fleet that the driver belongs to.")


class User(Part):
    """Somebody who charges through Cariqa."""

    id: UserId = Field(description="The id at Cariqa, a UUID by custom.")
    name: str = Field(description="What the user is called.")
    email: str = Field(description="The address; take one that ends in .example.")
    driver: str | None = Field(default=None, description="The same person at Charge.")
    has_billing_data: bool = Field(default=True, description="Whether invoices can be written to the user.")


class PaymentMethod(Part):
    """A card of a driver or a user, or of nobody in particular."""

    id: CardId = Field(description="Its id at Charge and Cariqa.")
    driver: str | None = Field(default=None, description="The driver whose it is.")
    user: str | None = Field(default=None, description="The Cariqa user whose it is.")
    card: models.Card = Field(default=models.Card.GOOD, description="How it behaves.")


class Plug(Part):
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
    in_service: bool = Field(default=True, description="False: it is out of order, always.")
    faults_after_s: int | None = Field(
        default=None, ge=0, le=_WEEK_S, description="So many seconds into every session that is started, it fails."
    )
    silent_after_s: int | None = Field(
        default=None, ge=0, le=_WEEK_S, description="So many seconds into every such session, it is silent for a while."
    )


class Place(Part):
    """A station with its connectors."""

    id: StationId = Field(description="Its id at Charge.")
    name: str = Field(max_length=250, description="What it is called.")
    operator: str = Field(description="Whose it is.")
    kind: Literal["street", "destination", "work", "dc", "hpc", "home"] = Field(description="What kind of place it is.")
    address: str = Field(max_length=250, description="Street, number, postal code and town.")
    city: str = Field(description="The town.")
    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2, in quotes where it is NO.")
    latitude: str = Field(pattern=r"^-?\d{1,2}\.\d{6}$", description="Six decimals, in quotes.")
    longitude: str = Field(pattern=r"^-?\d{1,3}\.\d{6}$", description="Six decimals, in quotes.")
    phone: str | None = Field(default=None, max_length=30, description="Whom to call for help.")
    is_partner: bool = Field(default=False, description="Whether Cariqa shows it as a partner's.")
    utc_offset_minutes: int = Field(default=0, ge=-720, le=840, description="Local time less UTC, all year round.")
    online: bool = Field(default=True, description="False: nothing is ever heard of it.")
    connectors: list[Plug] = Field(min_length=1, description="Where cars are plugged in.")


class Car(Part):
    """A car. Podero knows it if it has `org`, `owner` and `home`."""

    id: VehicleId = Field(description="Its id at Charge.")
    uuid: Uuid = Field(description="Its id at Podero.")
    make: str = Field(description="Who built it.")
    model: str = Field(description="Which one it is.")
    plug: Literal["CCS", "CHAdeMO"] = Field(default="CCS", description="Its inlet for direct current.")
    battery_wh: int = Field(gt=0, le=_MOST_WH, description="What its battery holds, in Wh.")
    ac_kw: Power = Field(default=11.0, description="The most it takes of alternating current, in kW.")
    ac_phases: int = Field(default=3, ge=1, le=3, description="On how many phases.")
    dc: Annotated[list[Point], Field(min_length=2), AfterValidator(_curve)] = Field(
        description="What it takes of direct current: points [state of charge, kW] from 0 to 1, straight in between."
    )
    charge_to: float = Field(default=0.8, gt=0, le=1, description="The state of charge at which it stops by itself.")
    arrives_with: Share | None = Field(default=None, description="The state of charge with which it always comes.")
    fleet: str | None = Field(default=None, description="The fleet that it belongs to.")
    driver: str | None = Field(default=None, description="The driver whose it is.")
    org: Uuid | None = Field(default=None, description="Its organisation at Podero.")
    owner: Uuid | None = Field(default=None, description="Its user at Podero.")
    home: str | None = Field(default=None, description="The station it has at home.")


class Silence(Part):
    """When nothing is heard of a station."""

    since: Instant = Field(alias="from", description="When it falls silent.")
    until: Instant = Field(description="When it is heard again, and all that happened meanwhile is seen at once.")


class PlacedSession(Part):
    """A session: constant power from `started` until `energy_kwh` are in, or something ends it earlier."""

    id: SessionId = Field(description="Its id at Charge.")
    uuid: Uuid = Field(description="Its id at Cariqa and Podero.")
    channel: ChannelName = Field(description="Through whom it is sold.")
    station: str = Field(description="Where.")
    connector: str = Field(description="At which of its connectors; the session is sold at this one's tariff.")
    vehicle: str = Field(description="Which car.")
    driver: str | None = Field(default=None, description="Who charges through Charge.")
    fleet: str | None = Field(default=None, description="For which fleet.")
    user: str | None = Field(default=None, description="Who charges through Cariqa.")
    payment_method: str | None = Field(default=None, description="The card that pays.")
    created: Instant = Field(description="When the car is plugged in.")
    started: Instant = Field(description="When power begins to flow.")
    unplugged: Instant | None = Field(
        default=None, description="When somebody pulls the plug; a minute after the end if nobody says."
    )
    stopped: Instant | None = Field(default=None, description="When the vendor is told to end it.")
    cancelled: Instant | None = Field(default=None, description="When it is given up, before power has begun.")
    faulted: Instant | None = Field(default=None, description="When the connector fails.")
    silent: Silence | None = Field(default=None, description="When nothing is heard of its station.")
    power_kw: Power = Field(description="How fast, in kW.")
    energy_kwh: float = Field(ge=0, le=_MOST_WH / 1000, description="How much, at the meter, if nothing ends it.")
    limit_wh: int | None = Field(
        default=None, gt=0, le=_MOST_WH, description="The limit that was set, at which it ends by itself."
    )
    soc: Share = Field(default=0.2, description="The state of charge at the start.")
    settles_after_s: int | None = Field(
        default=30, ge=0, le=_YEAR_S, description="Seconds from the end to the payment; null: the payment fails."
    )
    rating: int | None = Field(default=None, ge=1, le=5, description="The Cariqa user's stars.")
    at_home: bool = Field(default=False, description="A Podero car's optimiser waits from `created` to `started`.")
    target_soc: Share = Field(default=0.8, description="The state of charge that a Podero car is to have.")


class PlacedReservation(Part):
    """A reservation: pending from `created` on, confirmed from `confirms` on, and `outcome` from `resolves` on."""

    id: ReservationId = Field(description="Its id at Charge.")
    driver: str = Field(description="Who.")
    vehicle: str = Field(description="With which car.")
    payment_method: str = Field(description="The card that pays.")
    station: str | None = Field(default=None, description="The station that is assigned.")
    connector_type: Literal["CCS", "CHAdeMO", "Type2"] = Field(description="The plug that is wanted.")
    created: Instant = Field(description="When it is made.")
    updated: Instant | None = Field(default=None, description="When somebody changed it last, if ever.")
    confirms: Instant = Field(description="From when on it is confirmed, if it is not resolved by then.")
    resolves: Instant = Field(description="From when on it is what `outcome` says.")
    outcome: Literal["completed", "cancelled", "failed", "expired"] = Field(description="What becomes of it.")
    failed_reason: Literal["no_available_connectors", "payment_failed", "other"] | None = Field(
        default=None, description="Why, where it fails."
    )
    confirmed: Instant | None = Field(
        default=None, description="From when on it shows a station and a reserved window; never if nobody says."
    )
    ideal_start: Instant = Field(description="The window that is asked for: its start.")
    ideal_end: Instant = Field(description="And its end.")
    reserved_start: Instant = Field(description="The window that is reserved: its start.")
    reserved_end: Instant = Field(description="And its end.")
    latitude: float = Field(ge=-90, le=90, description="Where a station is wanted.")
    longitude: float = Field(ge=-180, le=180, description="Where a station is wanted.")
    radius: int = Field(default=1500, ge=0, le=1_000_000, description="How near, in metres.")
    currency: Currency = Field(default="eur", description="The currency of the fee.")
    fee: int = Field(default=0, ge=0, le=10_000_000, description="What it costs, in minor units.")
    free_until_before: int = Field(
        default=1800, ge=0, le=_YEAR_S, description="Seconds before the start until which cancelling costs nothing."
    )


def _written_as(part: type[Part]) -> GetPydanticSchema:
    """An entity that a scenario writes as such a part, whose fields are the entity's own."""

    def schema(entity: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(lambda written: entity(**dict(written)), handler(part))

    return GetPydanticSchema(schema)


class Objects(Part):
    """Things placed by hand, by kind."""

    fleets: list[Annotated[models.Fleet, _written_as(Fleet)]] = Field(default_factory=list, description="Companies.")
    drivers: list[Annotated[models.Driver, _written_as(Driver)]] = Field(
        default_factory=list, description="Charge's people."
    )
    users: list[Annotated[models.User, _written_as(User)]] = Field(default_factory=list, description="Cariqa's people.")
    payment_methods: list[Annotated[models.PaymentMethod, _written_as(PaymentMethod)]] = Field(
        default_factory=list, description="Cards."
    )
    vehicles: list[Car] = Field(default_factory=list, description="Cars.")
    stations: list[Place] = Field(default_factory=list, description="Stations with their connectors.")
    sessions: list[PlacedSession] = Field(default_factory=list, description="Charging sessions, past and to come.")
    reservations: list[PlacedReservation] = Field(default_factory=list, description="Reservations, past and to come.")


Location = tuple[str | int, ...]
"""The steps that lead to a part of a scenario."""
