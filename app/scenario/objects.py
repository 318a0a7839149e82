"""Hand-placed objects as a scenario writes them: what may be said of each, and what it means."""

from typing import Final, Literal

from pydantic import Field

from ..domain.clock import DAY, SECOND
from ..domain.sessions.view import LONGEST
from .instants import Instant
from .parties import ScenarioDriver, ScenarioFleet, ScenarioPaymentMethod, ScenarioVehicle, Shown, User
from .parts import (
    MOST_WH,
    Currency,
    Details,
    DocumentId,
    EvseId,
    Part,
    Power,
    ReservationId,
    SessionId,
    Share,
    StationId,
    Status,
    TransactionId,
    UserReference,
    Uuid,
)
from .values import Latitude, Longitude, TariffLine

_WEEK_S: Final = LONGEST // SECOND
_YEAR_S: Final = 366 * DAY // SECOND
_MOST_MESSAGES: Final = 1_000


class Span(Part):
    """A span of time."""

    since: Instant = Field(alias="from", description="When it begins.")
    until: Instant = Field(description="When it ends.")


class ScenarioConnector(Part):
    """A connector of a station."""

    id: str = Field(pattern="^[!-~]+$", description="Its name within the station.")
    evse_id: EvseId | None = Field(
        default=None,
        description="The name on the charging point, such as DE*WTF*E0001*1; made of the ids if it is left out.",
    )
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
    next_tariff: TariffLine | None = Field(default=None, description="Its prices from `next_tariff_at` on.")
    next_tariff_at: Instant | None = Field(default=None, description="When its prices change, if they do.")
    progress: int | None = Field(
        default=None,
        ge=0,
        le=_MOST_MESSAGES,
        description="The messages of progress in each session: 0 for none before its charge record; live if left out.",
    )
    unconfirmed: Span | None = Field(default=None, description="When its operator confirms no start, if ever.")


class ScenarioStation(Shown):
    """A station with its connectors."""

    id: StationId = Field(description="Its id.")
    name: str = Field(max_length=250, description="Its name.")
    operator: str = Field(description="The company that operates it.")
    kind: Literal["street", "destination", "work", "dc", "hpc", "home", "virtual"] = Field(
        description="Its kind; no vendor but that of a virtual one knows it."
    )
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


class Silence(Part):
    """The time in which a station is silent."""

    since: Instant = Field(alias="from", description="When it falls silent.")
    until: Instant = Field(description="When it reports again; from then on the sessions show what has happened.")


class PlacedSession(Part):
    """A session: constant power from `started` until `energy_kwh` are in, or something ends it earlier."""

    id: SessionId = Field(description="Its id.")
    uuid: Uuid | None = Field(default=None, description="Its id as a UUID; it follows from `id` if it is left out.")
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
    energy_kwh: float = Field(ge=0, le=MOST_WH / 1000, description="The energy at the meter in kWh.")
    limit_wh: int | None = Field(
        default=None, gt=0, le=MOST_WH, description="The limit that was set, in Wh; the session ends there."
    )
    soc: Share = Field(default=0.2, description="The state of charge at the start.")
    settles_after_s: int | None = Field(
        default=30, ge=0, le=_YEAR_S, description="Seconds from the end to the payment; null: the payment fails."
    )
    transaction: TransactionId | None = Field(
        default=None, description="The id of its payment; it follows from `id` if it is left out."
    )
    rating: int | None = Field(default=None, ge=1, le=5, description="The user's rating in stars.")
    at_home: bool = Field(default=False, description="True: the vehicle's optimiser waits from `created` to `started`.")
    target_soc: Share = Field(default=0.8, description="The state of charge that the optimiser is to reach.")


class PlacedReservation(Part):
    """A reservation: pending from `created` on, confirmed from `confirms` on, and `outcome` from `resolves` on."""

    id: ReservationId = Field(description="Its id.")
    driver: str = Field(description="The driver.")
    vehicle: str = Field(description="The vehicle.")
    payment_method: str | None = Field(default=None, description="The payment method that pays.")
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
    details: Details = Field(default="{}", description="More members, under the names that the vendor gives them.")


class Stage(Part):
    """A status that a document gets."""

    status: Status = Field(description="The status, in the vendor's words.")
    at: Instant = Field(description="From when on it has it.")


class PlacedDocument(Part):
    """An object of one vendor that the simulation never asks about."""

    vendor: str = Field(description="The vendor that shows it.")
    kind: str = Field(pattern="^[a-z_]{1,32}$", description="What it is, in the vendor's words.")
    id: DocumentId = Field(description="Its id.")
    created: Instant | None = Field(
        default=None, description="When it is created; a year before the world's Monday if it is left out."
    )
    updated: Instant | None = Field(default=None, description="When it was changed last, if it was.")
    owner: UserReference | None = Field(
        default=None, description="The id of what it belongs to, by which a list is filtered."
    )
    status: Status | None = Field(default=None, description="Its first status, if it has one.")
    stages: list[Stage] = Field(default_factory=list, max_length=2, description="The statuses that follow, in order.")
    body: Details = Field(default="{}", description="All other members, as the vendor shows them.")


class Objects(Part):
    """Things placed by hand, by kind."""

    fleets: list[ScenarioFleet] = Field(default_factory=list, description="Companies.")
    drivers: list[ScenarioDriver] = Field(default_factory=list, description="Drivers.")
    users: list[User] = Field(default_factory=list, description="Users.")
    payment_methods: list[ScenarioPaymentMethod] = Field(default_factory=list, description="Payment methods.")
    vehicles: list[ScenarioVehicle] = Field(default_factory=list, description="Vehicles.")
    stations: list[ScenarioStation] = Field(default_factory=list, description="Stations with their connectors.")
    sessions: list[PlacedSession] = Field(default_factory=list, description="Charging sessions, past and to come.")
    reservations: list[PlacedReservation] = Field(default_factory=list, description="Reservations, past and to come.")
    documents: list[PlacedDocument] = Field(default_factory=list, description="Other objects of a vendor.")
