"""What Charge keeps as JSON, by kind: the types of the members that its operations read.

Scenarios and exports write this JSON by hand or from elsewhere. A member of another type would be a fault of the server
when it is shown, long after the file was read; so the file is refused. Other members may be anything.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, Field

from ...domain.clock import instant
from ...scenario.stored_json import Members

_MOST: Final = 1 << 53


def _written(value: str) -> str:
    instant(value)
    return value


Whole = Annotated[int, Field(ge=-_MOST, le=_MOST)]
Number = Annotated[float, Field(ge=-_MOST, le=_MOST)]
Moment = Annotated[str, AfterValidator(_written)]
Currency = Annotated[str, Field(pattern="^[a-z]{3}$")]
Texts = dict[str, str]


class _Opening(Members):
    """Totals to which the world adds what happens in it."""

    total_drivers: Whole = 0
    total_vehicles: Whole = 0
    total_sessions: Whole = 0
    total_energy_consumed_kwh: Number = 0
    wallet_balance: Whole = 0


class _Preferences(Members):
    """Preferences of an account, a fleet or a driver."""

    default_currency: Currency = ""
    currency: Currency = ""
    default_payment_method: str | None = None
    max_price_per_kwh: Number | None = None
    preferred_charging_stations: list[str] = Field(default_factory=list)
    preferred_cpos: list[str] = Field(default_factory=list)


class _Party(Members):
    """A fleet or a driver."""

    address: dict[str, str | None] | None = None
    description: str | None = None
    license_number: str | None = None
    metadata: Texts = Field(default_factory=dict)
    metric_system: str = ""
    opening: _Opening = _Opening()
    phone: str | None = None
    preferences: _Preferences = _Preferences()
    timezone: str = ""


class _Vehicle(Members):
    metadata: Texts = Field(default_factory=dict)


class _Wallet(Members):
    balance: Whole = 0
    currency: Currency = ""


class _PaymentMethod(Members):
    wallet: _Wallet | None = None


class _Reservation(Members):
    metadata: Texts | None = None


class _Account(Members):
    billing_details: dict[str, Any] = Field(default_factory=dict)
    business_type: str | None = None
    contact: dict[str, str | None] | None = None
    default_currency: Currency = ""
    description: str | None = None
    email: str
    metadata: Texts = Field(default_factory=dict)
    name: str
    opening: _Opening = _Opening()
    preferences: _Preferences = _Preferences()
    type: str


class _Center(Members):
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class _Geofence(Members):
    center: _Center
    name: str
    radius_meters: Number


class _TimeWindow(Members):
    days_of_week: list[str]
    end_time: str
    start_time: str


class _Rules(Members):
    allowed_operators: list[str] = Field(default_factory=list)
    denied_operators: list[str] = Field(default_factory=list)
    geofences: list[_Geofence] = Field(default_factory=list)
    max_price_per_kwh: Number | None = None
    time_windows: list[_TimeWindow] = Field(default_factory=list)


class _Policy(Members):
    description: str | None = None
    metadata: Texts = Field(default_factory=dict)
    mode: Literal["enforcement", "suggestion"] = "suggestion"
    name: str = ""
    rules: _Rules = _Rules()


class _Estimation(Members):
    battery_level: Whole
    battery_target_level: Whole
    charging_station: str
    cost_breakdown: list[dict[str, Any]]
    currency: Currency
    estimated_duration: Whole
    estimated_energy_kwh: Number
    estimated_total_cost: Whole
    vehicle: str


class _Line(Members):
    amount: Whole
    description: str
    quantity: Whole
    unit_amount: Whole


class _Invoice(Members):
    amount_paid: Whole | None = None
    currency: Currency
    description: str | None
    due_date: Moment
    line_items: list[_Line] | None = None
    metadata: Texts
    payment_method: str | None = None
    period_end: Moment
    period_start: Moment


class _Report(Members):
    account: str | None
    parameters: dict[str, Any]
    size: Whole
    type: str
    url: str | None = None


class _ReportFile(Members):
    text: str


class _Correction(Members):
    """A refund or an adjustment."""

    amount: Whole
    currency: Currency
    driver: str | None
    kind: Literal["refund", "adjustment"]
    of: str
    payment_method: str | None
    reservation: str | None
    session: str | None
    vehicle: str | None


class _WebhookEndpoint(Members):
    api_version: str
    application: str | None
    description: str | None
    enabled_events: list[str]
    livemode: bool
    metadata: Texts
    secret: str
    url: str


class _KeptAnswer(Members):
    """The answer to a request with a key."""

    answer: str
    request: str
    status: Annotated[int, Field(ge=200, le=499)]


FORMS: Final[dict[str, type[BaseModel]]] = {
    "fleets": _Party,
    "drivers": _Party,
    "vehicles": _Vehicle,
    "payment_methods": _PaymentMethod,
    "reservations": _Reservation,
    "documents.account": _Account,
    "documents.policy": _Policy,
    "documents.estimation": _Estimation,
    "documents.invoice": _Invoice,
    "documents.report": _Report,
    "documents.report_piece": _ReportFile,
    "documents.transaction": _Correction,
    "documents.webhook_endpoint": _WebhookEndpoint,
    "documents.idempotency_key": _KeptAnswer,
}
"""The forms of details by the kind of their rows, and those of documents by their kind.

The details of stations are read with care for what they lack.
"""
