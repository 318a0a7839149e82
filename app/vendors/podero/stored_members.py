"""What Podero keeps as JSON, by kind: the types of the members that its operations read.

Scenarios and exports write this JSON by hand or from elsewhere. A member of another type would be a fault of the server
when it is shown, long after the file was read; so the file is refused. Other members may be anything.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ...domain.clock import instant

_MOST: Final = 1 << 53
_HIGHEST_PRICE: Final = 2_000_000_000


def _written(value: str) -> str:
    instant(value)
    return value


def _bounded(pair: list[int]) -> list[int]:
    """An instant and a price of at most 2,000 EUR per kWh, so that the costs of any session can be stored."""
    if abs(pair[1]) > _HIGHEST_PRICE:
        raise ValueError("a price is at most 2000000000 millionths of a EUR")
    return pair


Whole = Annotated[int, Field(ge=-_MOST, le=_MOST)]
Percentage = Annotated[int, Field(ge=0, le=100)]
Number = Annotated[float, Field(ge=-_MOST, le=_MOST)]
Moment = Annotated[str, AfterValidator(_written)]
WebAddress = Annotated[str, Field(pattern="^[Hh][Tt][Tt][Pp][Ss]?://[!-~]*$")]
"""An address to which a page leads; browsers would run one of the scheme `javascript`."""


class Members(BaseModel):
    """Members of JSON that is kept, of these very types."""

    model_config = ConfigDict(strict=True, frozen=True, allow_inf_nan=False, defer_build=True, protected_namespaces=())


class _User(Members):
    """The details of a user of an organisation."""

    country: str | None = None
    external_user_id: str | None = None
    first_name: str | None = None
    is_onboarded: bool | None = None
    last_login: Moment | None = None
    last_name: str | None = None
    latitude: Number | None = None
    location_last_updated: Moment | None = None
    longitude: Number | None = None
    role: str = "user"
    street_add_info: str | None = None
    street_and_number: str | None = None
    town: str | None = None
    zip_code: str | None = None


class DeviceMembers(Members):
    """What is kept of any device."""

    actual_steering_state: str = "unknown"
    building_id: str | None = None
    comment: str | None = None
    current_mode: str | None = None
    deleted_at: Moment | None = None
    device_model: dict[str, Any] | None = None
    external_device_id: str = ""
    is_authenticated: bool = False
    is_inverter_forced_mode_enabled: bool = False
    is_pause_power_active: bool = False
    is_smart_optimization_active: bool = False
    is_trading_enabled: bool = False
    last_monitoring_executed_at: Moment | None = None
    lifecycle_error: str | None = None
    lifecycle_state: str = "authenticated"
    optimization_score: Number | None = None
    pause_power_until: Moment | None = None
    price_zone: str | None = None


class _HeatPumpSettings(Members):
    """What the power of a heat pump depends on."""

    indoor_target_temperature_offset: Number | None = None
    is_hot_water_heating_enabled: bool = False
    is_pool_heating_enabled: bool = False
    is_smart_optimization_active: bool = False
    is_space_cooling_enabled: bool = False
    is_space_heating_enabled: bool = False
    optimization_level: Literal["Low", "Mid", "Max"] = "Mid"


class _EarlierSettings(_HeatPumpSettings):
    until: Moment


class _HeatPump(DeviceMembers, _HeatPumpSettings):
    away_mode_end: Moment | None = None
    away_mode_minimum_dhw_temperature_limit: Number | None = None
    away_mode_minimum_temperature_limit: Number | None = None
    away_mode_start: Moment | None = None
    dhw_standard_temperature: Number | None = None
    earlier_settings: list[_EarlierSettings] = Field(default_factory=list)
    heating_policy_name: str | None = None
    is_away_mode_enabled: bool = False
    is_heating_policy_enabled: bool = False
    latitude: Number | None = None
    longitude: Number | None = None
    maximum_temperature_limit: Number | None = None
    minimum_dhw_temperature_limit: Number | None = None
    minimum_temperature_limit: Number | None = None
    reading: dict[str, Any] = Field(default_factory=dict)


class _Inverter(DeviceMembers):
    battery_capacity_kwh: Annotated[Number, Field(ge=0)] | None = None
    is_battery_connected: bool = False
    latitude: Number | None = None
    longitude: Number | None = None
    max_battery_charge: Percentage = 100
    min_battery_charge: Percentage = 0
    reading: dict[str, Any] = Field(default_factory=dict)
    solar_power_rating_kw: Annotated[Number, Field(ge=0)] | None = None


class _Wallbox(DeviceMembers):
    charge_deadline_at: Moment | None = None
    charge_policy_last_updated_at: Moment | None = None
    charge_power_max_w: Whole = 7000
    charge_target_max: Percentage = 80
    charge_target_min: Percentage = 50
    is_charge_policy_enabled: bool = False
    minimum_charge_limit: Percentage = 80
    station: str | None = None


class _Building(Members):
    country: str | None = None
    name: str
    num_occupants: Whole | None = None
    occupant_type: str | None = None
    photovoltaic: bool | None = False
    property_age: Whole | None = None
    property_size_m2: Whole | None = None
    property_type: str | None = None
    space_heating: str | None = None
    street_add_info: str | None = None
    street_and_number: str | None = None
    town: str | None = None
    water_heating: str | None = None
    zip_code: str | None = None


class _Price(Members):
    price: Annotated[float, Field(ge=-10, le=1_000)]
    timestamp: Moment | None = None


class _EnergyContract(Members):
    building_id: str | None = None
    currency_energy_price: str | None = None
    energy_contract_type: str | None = None
    energy_price_includes_external_components: bool | None = None
    energy_prices: list[_Price] | None = None
    meter_id: str | None = None
    supplier: str | None = None


class _EnergyRates(Members):
    """What the prices of a contract are, and since when."""

    building: str | None = None
    contract: str
    hourly: bool = False
    prices: list[Annotated[list[Whole], Field(min_length=2, max_length=2), AfterValidator(_bounded)]]
    since: Whole


class _OnboardingSession(Members):
    authentication_url: str = ""
    building_id: str | None = None
    cancel_url: WebAddress
    device_type: str | None = None
    external_metadata: dict[str, Any] = Field(default_factory=dict)
    is_smart_optimization_active_default: bool | None = None
    language: str | None = None
    object_id: str | None = None
    price_zone_default: str | None = None
    success_url: WebAddress


class _Cue(Members):
    """A pending action that was started."""

    cancel_url: WebAddress
    device: str
    kind: str
    success_url: WebAddress


FORMS: Final[dict[str, type[BaseModel]]] = {
    "members": _User,
    "documents.electric_vehicle": DeviceMembers,
    "documents.heat_pump": _HeatPump,
    "documents.inverter": _Inverter,
    "documents.wallbox": _Wallbox,
    "documents.building": _Building,
    "documents.energy_contract": _EnergyContract,
    "documents.energy_rates": _EnergyRates,
    "documents.onboarding_session": _OnboardingSession,
    "documents.cue": _Cue,
}
"""The forms of details by the kind of their rows, and those of documents by their kind."""
