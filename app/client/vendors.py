"""The vendors' parts of a world: addresses, keys, sample ids and magic ids.

The types say what a world of Wattif's own scenarios has. A scenario file of your own may leave sample ids out, and
then the ids beside the keys are None.
"""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, cast


class Urls(TypedDict):
    """The address below which each vendor's API is served, without a slash at its end."""

    charge: str
    cariqa: str
    podero: str


class ChargeCredentials(TypedDict):
    secret_key: str


class CariqaCredentials(TypedDict):
    """The token, and a user whom it may name in paths."""

    token: str
    user_id: str


class PoderoCredentials(TypedDict):
    """The client and a ready-made token that does not expire, and a vehicle with its owner and organisation."""

    client_id: str
    client_secret: str
    token: str
    org_id: str
    user_id: str
    electric_vehicle_id: str


class Credentials(TypedDict):
    """The keys of a world, and the ids that belong beside them in paths."""

    charge: ChargeCredentials
    cariqa: CariqaCredentials
    podero: PoderoCredentials


class ChosenChargeCredentials(TypedDict, total=False):
    secret_key: str


class ChosenCariqaCredentials(TypedDict, total=False):
    token: str


class ChosenPoderoCredentials(TypedDict, total=False):
    client_id: str
    client_secret: str
    token: str


class ChosenCredentials(TypedDict, total=False):
    """Keys of your own for a new world; each that is left out is issued. Each opens one world of a server only."""

    charge: ChosenChargeCredentials
    cariqa: ChosenCariqaCredentials
    podero: ChosenPoderoCredentials


class ChargeSample(TypedDict):
    """What a start takes, a fleet, which the scenario `empty` has none of, and the account."""

    charging_station: str
    connector: str
    driver: str
    vehicle: str
    payment_method: str
    fleet: str | None
    account: str


class CariqaSample(TypedDict):
    """What a start takes; `active_user_id` is a user who is charging when the world begins, if there is one."""

    evse_id: str
    payment_method_id: str
    active_user_id: NotRequired[str]


PoderoSample = TypedDict("PoderoSample", {"from": str, "to": str})
"""The first and the last of the days in which to look for the vehicle's sessions, such as 2026-03-01."""


class Sample(TypedDict):
    """Ids of objects of this world to begin with."""

    charge: ChargeSample
    cariqa: CariqaSample
    podero: PoderoSample


class ChargeOrder(TypedDict):
    """The body of `POST /charging_sessions`."""

    charging_station: str
    connector: str
    driver: str
    vehicle: str
    payment_method: str


class CariqaOrder(TypedDict):
    """The body of `POST /users/{user_id}/charging/start/`."""

    evse_id: str
    payment_method_id: str


class Orders(TypedDict):
    """The body of a call that starts a charging session, made of sample ids. At Podero no call starts one."""

    charge: ChargeOrder
    cariqa: CariqaOrder


def orders_of(sample: Mapping[str, Mapping[str, Any]]) -> Orders:
    """The orders that can be made of the ids of a sample; an id that it has not is left out."""
    types: dict[str, type] = {"charge": ChargeOrder, "cariqa": CariqaOrder}
    made = {
        vendor: {name: ids[name] for name in form.__annotations__ if ids.get(name) is not None}
        for vendor, form in types.items()
        for ids in (sample.get(vendor, {}),)
    }
    return cast("Orders", made)


class ChargeMagic(TypedDict):
    """Cards, stations and a vehicle for a start.

    The station that is `offline`, the `faulty` one, which fails ten minutes into every session, and the `silent` one,
    which then sends no data for half an hour, have a connector of that id. The faulty one also has one that is out of
    service.
    """

    declined_card: str
    authentication_required_card: str
    fails_later_card: str
    offline_station: str
    faulty_station: str
    silent_station: str
    connector: str
    out_of_service_connector: str
    nearly_full_vehicle: str


class CariqaMagic(TypedDict):
    """Users, the cards of `user_with_cards`, and EVSE ids for a start.

    A session at `no_progress_evse_id` shows no progress before its charge record, one at `progress_evse_id` ten
    messages of it.
    """

    user_with_debt: str
    user_without_billing_details: str
    user_with_cards: str
    good_card: str
    declined_card: str
    authentication_required_card: str
    fails_later_card: str
    offline_evse_id: str
    faulty_evse_id: str
    out_of_service_evse_id: str
    silent_evse_id: str
    no_progress_evse_id: str
    progress_evse_id: str


class PoderoMagic(TypedDict):
    """Vehicles of one organisation and one user: never at home; plugged in at home all week; unplugged."""

    org_id: str
    user_id: str
    away_vehicle: str
    plugged_in_vehicle: str
    unplugged_vehicle: str


class Magic(TypedDict):
    """Objects that behave in one way, under the same ids in every world."""

    charge: ChargeMagic
    cariqa: CariqaMagic
    podero: PoderoMagic
