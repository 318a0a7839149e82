"""A fleet's journey with the typed client that openapi-python-client has generated. Prints what it decoded."""

import json
import sys
from datetime import timedelta
from typing import TypeVar

from charge_client.api.charging_sessions import create_charging_session, get_charging_session
from charge_client.api.charging_stations import get_charging_station, list_charging_stations
from charge_client.api.drivers import attach_driver, create_driver
from charge_client.api.fleets import create_fleet, get_fleet, update_fleet
from charge_client.api.invoices import create_invoice, finalize_invoice, pay_invoice
from charge_client.api.payment_methods import attach_payment_method, create_payment_method
from charge_client.api.policies import create_policy
from charge_client.api.reports import create_report, get_report
from charge_client.api.reservations import confirm_reservation, create_reservation
from charge_client.api.transactions import list_transactions
from charge_client.api.vehicles import attach_vehicle, create_vehicle
from charge_client.client import AuthenticatedClient as Charge
from charge_client.models import (
    CardInput,
    ChargingSession,
    ChargingSessionCreate,
    ChargingStandard,
    ChargingStation,
    ChargingStationPage,
    ConnectorStatus,
    ConnectorType,
    Driver,
    DriverAttachment,
    DriverCreate,
    Error,
    Fleet,
    FleetCreate,
    FleetUpdate,
    Geofence,
    GeofenceCenter,
    Invoice,
    InvoiceCreate,
    InvoicePay,
    PaymentMethod,
    PaymentMethodCreateCard,
    PaymentMethodOwner,
    Policy,
    PolicyCreate,
    PolicyMode,
    PolicyRulesChange,
    Report,
    ReportCreate,
    ReportGroup,
    ReportParametersCreate,
    ReportParametersCreateType,
    Reservation,
    ReservationConfirm,
    ReservationCreate,
    SearchArea,
    StationConnector,
    TransactionPage,
    Vehicle,
    VehicleCreate,
    VehicleInformationChange,
    VehicleOwner,
)
from sandbox_client.api.clock import advance_clock
from sandbox_client.api.worlds import create_world
from sandbox_client.client import Client as Sandbox
from sandbox_client.models import AdvanceBy, AdvanceTo, AdvanceUntil, NewWorld, SessionAwaited, SessionStatus, World

Shown = TypeVar("Shown")

URL, NAME = sys.argv[1:]
HOUR = timedelta(hours=1)
METRES = 2000


def main() -> None:
    sandbox = Sandbox(base_url=URL)
    world = of(World, create_world.sync(client=sandbox, body=NewWorld(name=NAME)))
    client = Charge(base_url=URL, token=world.credentials.charge.secret_key)

    fleet = of(Fleet, create_fleet.sync(client=client, body=FleetCreate(name="Northside Deliveries")))
    driver = of(Driver, create_driver.sync(client=client, body=DriverCreate(name="Robin", email="robin@fleet.example")))
    of(Driver, attach_driver.sync(driver.id, client=client, body=DriverAttachment(fleet=fleet.id)))
    vehicle = of(Vehicle, create_vehicle.sync(client=client, body=new_vehicle()))
    for owner in (VehicleOwner(fleet=fleet.id), VehicleOwner(driver=driver.id)):
        of(Vehicle, attach_vehicle.sync(vehicle.id, client=client, body=owner))
    number = CardInput(number="4242424242424242", exp_month=12, exp_year=2034, cvc="123")
    new_card = PaymentMethodCreateCard(type_="card", card=number)
    card = of(PaymentMethod, create_payment_method.sync(client=client, body=new_card))
    of(PaymentMethod, attach_payment_method.sync(card.id, client=client, body=PaymentMethodOwner(fleet=fleet.id)))

    stations = of(ChargingStationPage, list_charging_stations.sync(client=client, limit=100)).data
    place = max(
        (station for station in stations if station.capabilities.reservable and fitting(station)),
        key=lambda station: max(connector.power for connector in fitting(station)),
    ).location
    around = Geofence(GeofenceCenter(place.latitude, place.longitude), "Around the depot", METRES)
    rules = PolicyRulesChange(geofences=[around])
    new_policy = PolicyCreate(mode=PolicyMode.ENFORCEMENT, name="Close to the depot", rules=rules)
    policy = of(Policy, create_policy.sync(client=client, body=new_policy))
    of(Fleet, update_fleet.sync(fleet.id, client=client, body=FleetUpdate(policy_ids=[policy.id])))

    order = ReservationCreate(
        connector_type=[ConnectorType.CCS],
        driver=driver.id,
        ideal_start=fleet.created + HOUR,
        ideal_end=fleet.created + 2 * HOUR,
        location=SearchArea(place.latitude, place.longitude, METRES),
        vehicle=vehicle.id,
    )
    reservation = of(Reservation, create_reservation.sync(client=client, body=order))
    payment = ReservationConfirm(payment_method=card.id)
    reservation = of(Reservation, confirm_reservation.sync(reservation.id, client=client, body=payment))
    assert reservation.reserved_start is not None
    advance_clock.sync(NAME, client=sandbox, body=AdvanceTo(to=reservation.reserved_start))

    station = of(ChargingStation, get_charging_station.sync(str(reservation.charging_station), client=client))
    start = ChargingSessionCreate(
        charging_station=station.id,
        connector=fitting(station)[0].id,
        driver=driver.id,
        payment_method=card.id,
        vehicle=vehicle.id,
        session_limit=10_000,
    )
    session = of(ChargingSession, create_charging_session.sync(client=client, body=start))
    settled = AdvanceUntil(until=SessionAwaited(id=session.id, status=SessionStatus.SETTLED))
    advance_clock.sync(NAME, client=sandbox, body=settled)
    session = of(ChargingSession, get_charging_session.sync(session.id, client=client))
    transactions = of(TransactionPage, list_transactions.sync(client=client, driver=driver.id)).data
    charged = next(each for each in transactions if each.charging_session == session.id)

    period_end = charged.created + HOUR
    parameters = ReportParametersCreate(
        period_start=fleet.created,
        period_end=period_end,
        type_=ReportParametersCreateType.CHARGING_SUMMARY,
        group_by=ReportGroup.DRIVER,
    )
    report = of(Report, create_report.sync(client=client, body=ReportCreate(parameters=parameters, fleet=fleet.id)))
    advance_clock.sync(NAME, client=sandbox, body=AdvanceBy(by="PT5M"))
    report = of(Report, get_report.sync(report.id, client=client))

    new_invoice = InvoiceCreate(
        period_start=fleet.created, period_end=period_end, fleet=fleet.id, currency=charged.currency
    )
    draft = of(Invoice, create_invoice.sync(client=client, body=new_invoice))
    opened = of(Invoice, finalize_invoice.sync(draft.id, client=client))
    paid = of(Invoice, pay_invoice.sync(opened.id, client=client, body=InvoicePay(payment_method=card.id)))
    fleet = of(Fleet, get_fleet.sync(fleet.id, client=client))
    told = {
        "statuses": [session.status, charged.status, report.status, draft.status, opened.status, paid.status],
        "amounts": [session.amount_paid, charged.amount, opened.amount_due, paid.amount_paid],
        "energy": [session.energy_consumed, fleet.total_energy_consumed_kwh],
        "totals": [fleet.total_drivers, fleet.total_vehicles, fleet.total_sessions],
        "report": [report.url, report.size],
        "key": world.credentials.charge.secret_key,
    }
    json.dump(told, sys.stdout)


def new_vehicle() -> VehicleCreate:
    return VehicleCreate(
        battery_capacity=77_000,
        charging_standard=ChargingStandard.CCS,
        vin="WVGZZZE2ZMP000001",
        information=VehicleInformationChange(make="Volkswagen", model="ID.4", year="2024"),
        registration_plate="AB-123-CD",
    )


def fitting(station: ChargingStation) -> list[StationConnector]:
    """The CCS connectors of a station that are reserved, and those that are free."""
    wanted = (ConnectorStatus.RESERVED, ConnectorStatus.AVAILABLE)
    found = [each for each in station.connectors if each.type_ == ConnectorType.CCS and each.status in wanted]
    return sorted(found, key=lambda each: wanted.index(each.status))


def of(kind: type[Shown], shown: object) -> Shown:
    """What was decoded, which is neither an error nor another object."""
    assert isinstance(shown, kind), shown.to_dict() if isinstance(shown, Error) else shown
    return shown


if __name__ == "__main__":
    main()
