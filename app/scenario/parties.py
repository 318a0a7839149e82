"""Hand-placed fleets, drivers, users, payment methods and vehicles, as a scenario writes them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ..domain import models
from ..domain.sessions.power_plan import Point
from .instants import Instant
from .parts import (
    MOST_WH,
    CardId,
    Details,
    DriverId,
    FleetId,
    Part,
    PolicyIds,
    Power,
    Share,
    Status,
    UserId,
    UserReference,
    Uuid,
    VehicleId,
    curve,
)


class Shown(Part):
    """What a vendor shows of a thing besides what the simulation asks about."""

    created: Instant | None = Field(
        default=None, description="When it is created; a year before the world's Monday if it is left out."
    )
    details: Details = Field(default="{}", description="More members, under the names that the vendor gives them.")


class Managed(Shown):
    """A thing that a vendor lets a caller manage."""

    updated: Instant | None = Field(default=None, description="When it was changed last, if it was.")
    status: Status = Field(default=models.ACTIVE, description="Its status, in the vendor's words.")
    policies: PolicyIds = Field(default_factory=list, description="The ids of the policies that hold for it.")


class ScenarioFleet(Managed):
    """A company that has drivers and vehicles."""

    id: FleetId = Field(description="Its id.")
    name: str = Field(description="Its name.")
    email: str | None = Field(default=None, description="Its address; take one that ends in .example.")


class ScenarioDriver(Managed):
    """A person with a driver's account."""

    id: DriverId = Field(description="The driver's id.")
    name: str = Field(description="The driver's name.")
    email: str = Field(description="The address; take one that ends in .example.")
    fleet: str | None = Field(default=None, description="The fleet that the driver belongs to.")
    fleets: list[str] = Field(default_factory=list, description="More fleets that the driver belongs to.")


class User(Shown):
    """A person with a user's account. An owner of vehicles for whom there is none gets one."""

    id: UserId = Field(description="The user's id, usually a UUID.")
    name: str = Field(description="The user's name.")
    email: str | None = Field(default=None, description="The address; take one that ends in .example.")
    driver: str | None = Field(default=None, description="The driver who is the same person, if there is one.")
    has_billing_data: bool = Field(default=True, description="Whether the user has the data that an invoice needs.")
    org: Uuid | None = Field(default=None, description="The organisation of an owner of vehicles.")
    vehicle: str | None = Field(default=None, description="The vehicle that a user without `org` drives.")
    updated: Instant | None = Field(default=None, description="When it was changed last, if it was.")
    status: Literal["active", "deleted"] = Field(default=models.ACTIVE, description="Whether it was deleted.")


class ScenarioPaymentMethod(Shown):
    """A card of a driver, a fleet or a user, or one that any driver can use."""

    id: CardId = Field(description="Its id.")
    driver: str | None = Field(default=None, description="The driver who owns it.")
    fleet: str | None = Field(default=None, description="The fleet that owns it.")
    user: UserReference | None = Field(default=None, description="The user who owns it.")
    kind: Literal["card", "bank_account", "wallet"] = Field(default="card", description="What it is.")
    card: models.Card = Field(default=models.Card.GOOD, description="How it behaves.")


class ScenarioVehicle(Managed):
    """A vehicle. It charges by an optimiser's plan at home if it has `org`, `owner` and `home`."""

    id: VehicleId = Field(description="Its id.")
    uuid: Uuid | None = Field(default=None, description="Its id as a UUID; it follows from `id` if it is left out.")
    make: str = Field(description="Its maker.")
    model: str = Field(description="Its model.")
    plug: Literal["CCS", "CHAdeMO", "Type2"] = Field(
        default="CCS", description="Its inlet; Type2 takes alternating current only."
    )
    battery_wh: int = Field(gt=0, le=MOST_WH, description="The capacity of its battery in Wh.")
    ac_kw: Power = Field(default=11.0, description="The most power on alternating current, in kW.")
    ac_phases: int = Field(default=3, ge=1, le=3, description="The number of phases on alternating current.")
    dc: Annotated[list[Point], Field(min_length=2), AfterValidator(curve)] = Field(
        description="Power on direct current: points [state of charge, kW] from 0 to 1, linear in between."
    )
    charge_to: float = Field(default=0.8, gt=0, le=1, description="The state of charge at which it stops charging.")
    arrives_with: Share | None = Field(default=None, description="The state of charge at each start through an API.")
    charge_policy: Details | None = Field(
        default=None, description="What its owner wants of the optimiser; the usual if it is left out."
    )
    fleet: str | None = Field(default=None, description="The fleet that it belongs to.")
    driver: str | None = Field(default=None, description="The driver who owns it.")
    drivers: list[str] = Field(default_factory=list, description="More drivers who may use it.")
    org: Uuid | None = Field(default=None, description="The organisation of its optimiser.")
    owner: Uuid | None = Field(default=None, description="Its owner at the optimiser, a user with `org`.")
    home: str | None = Field(default=None, description="The station at its home.")
