"""What the operations on reservations take."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from .....operations.reservations import ReservationOrder
from ...fields import Distinct, Plug
from ...inputs import (
    DEFAULT_LIMIT,
    Input,
    Limit,
    Metadata,
    PageToken,
    QueryInput,
    Reference,
    Whole,
    WholeInstant,
    given,
)
from ...metadata import merged

INVALID: Final = "reservation_invalid_input"
"""The code of the refusal of a body that is not valid."""
_WIDEST: Final = 100_000
"""The widest radius in metres (CHARGE-092)."""


class ListReservations(QueryInput):
    """The query of a list."""

    charging_station: Reference | None = None
    driver: Reference | None = None
    vehicle: Reference | None = None
    status: Literal["pending", "confirmed", "completed", "cancelled", "failed", "expired"] | None = None
    limit: Limit = DEFAULT_LIMIT
    page: PageToken | None = None


ConnectorTypes = Annotated[list[Plug], Field(min_length=1), Distinct]


class Location(Input):
    """Where a station is wanted: around a point in degrees, within a radius in metres."""

    latitude: Annotated[float, Field(strict=True, ge=-90, le=90)]
    longitude: Annotated[float, Field(strict=True, ge=-180, le=180)]
    radius: Annotated[Whole, Field(ge=1, le=_WIDEST)]


class CreateReservation(Input):
    """The body that makes a reservation."""

    error_code = INVALID

    connector_type: ConnectorTypes
    driver: Reference
    ideal_end: WholeInstant
    ideal_start: WholeInstant
    location: Location
    vehicle: Reference
    earliest_start: WholeInstant | None = None
    latest_end: WholeInstant | None = None
    metadata: Metadata = Field(default_factory=dict)
    payment_method: Reference | None = None

    def order(self) -> ReservationOrder:
        return ReservationOrder(
            driver=self.driver,
            vehicle=self.vehicle,
            connector_types=tuple(self.connector_type),
            ideal_start=self.ideal_start,
            ideal_end=self.ideal_end,
            latitude=self.location.latitude,
            longitude=self.location.longitude,
            radius=self.location.radius,
            earliest_start=self.earliest_start,
            latest_end=self.latest_end,
            payment_method=self.payment_method,
            metadata=merged({}, self.metadata, code=INVALID),
        )


class UpdateReservation(Input):
    """The body that changes a pending reservation; what it leaves out stays."""

    error_code = INVALID

    connector_type: ConnectorTypes = Field(default_factory=list)
    earliest_start: WholeInstant | None = None
    ideal_end: WholeInstant = 0
    ideal_start: WholeInstant = 0
    latest_end: WholeInstant | None = None
    location: Location | None = None
    metadata: Metadata = Field(default_factory=dict)

    @field_validator("location")
    @classmethod
    def _is_given(cls, location: Location | None) -> Location:
        if location is None:
            raise PydanticCustomError("location", "must be an object")
        return location

    def changes(self) -> dict[str, Any]:
        """The fields of ReservationOrder that were sent, but for the metadata."""
        sent = given(self)
        sent.pop("metadata", None)
        if "connector_type" in sent:
            sent["connector_types"] = sent.pop("connector_type")
        if sent.pop("location", None) is not None and self.location is not None:
            sent |= dict(self.location)
        return sent


class ConfirmReservation(Input):
    """The body that confirms a reservation."""

    payment_method: Reference | None = None
