"""Podero's descriptor."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ...domain.clock import DAY, millis
from ...scenario.terms import KeyTerm, PopulationTerm, SampleTerm
from ...wall_clock import random_token
from ...worlds.vendor import Mount, Sample, Vendor
from .first_devices import town_documents
from .inventory import INVENTORY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import APIRouter
    from pydantic import BaseModel
    from starlette.types import ASGIApp

    from ...domain.sessions.lifecycle import SessionBoundaries
    from ...store.world_transaction import WorldTransaction
    from ...web.app_context import AppContext

NAME: Final = "podero"
TOKEN: Final = "podero"  # noqa: S105 - the kind of credential that opens a world to Podero's API
CLIENT: Final = "podero-client"
"""The kind of credential with which a client asks for tokens."""
TOKEN_LENGTH: Final = 30
_SAMPLE_DAYS: Final = 60


def _session_id(session: "SessionBoundaries") -> str | None:
    return session.uuid if session.has_smart_charging else None


def _issue_client(_world: str) -> tuple[str, str]:
    return random_token(40), random_token(64)


def _issue_token(_world: str) -> str:
    return random_token(TOKEN_LENGTH)


def _sample_at(tx: "WorldTransaction", sample: Sample) -> Sample:
    """Adds the sixty days up to that instant, if there is a vehicle that could have charged in them."""
    if "electric_vehicle_id" not in sample:
        return sample
    days = {"from": millis(tx.now - _SAMPLE_DAYS * DAY)[:10], "to": millis(tx.now)[:10]}
    return {**sample, **{name: sample.get(name, day) for name, day in days.items()}}


def _application(context: "AppContext") -> "ASGIApp":
    from .application import application  # noqa: PLC0415 - commands read descriptors without a web framework

    return application(context)


def _token_application(context: "AppContext") -> "ASGIApp":
    from .application import token_application  # noqa: PLC0415 - commands read descriptors without a web framework

    return token_application(context)


def _pages() -> "Sequence[APIRouter]":
    from .pages.connect import router as connect  # noqa: PLC0415 - commands read descriptors without a web framework
    from .pages.reconnect import router as reconnect  # noqa: PLC0415 - the same

    return connect, reconnect


def _stored_forms() -> "Mapping[str, type[BaseModel]]":
    from .stored_members import FORMS  # noqa: PLC0415 - not every start reads a scenario or an export

    return FORMS


VENDOR: Final = Vendor(
    name=NAME,
    quirks=Path(__file__).with_name("quirks.md"),
    title="Podero",
    inventory=INVENTORY,
    mounts=(
        Mount("/api/partners/v2.0", NAME, _application),
        Mount("/oauth2", "podero_token", _token_application),
    ),
    pages=_pages,
    session_id=_session_id,
    shows_homes=True,
    population=(PopulationTerm("podero_cars", "smart_vehicles", "How many of the drivers' vehicles Podero knows."),),
    keys=(
        KeyTerm(
            CLIENT,
            "podero_client",
            "Podero's client id and client secret.",
            ("client_id", "client_secret"),
            _issue_client,
            settings=("podero_client_id", "podero_client_secret"),
            placeholder=("client_id", "client_secret"),
        ),
        KeyTerm(
            TOKEN,
            "podero",
            "Podero's token.",
            ("token",),
            _issue_token,
            label="token",
            settings=("podero_token",),
            placeholder="<token>",
        ),
    ),
    sample=(
        SampleTerm("org_id", "Its organisation.", "organisation", beside_keys=True),
        SampleTerm("user_id", "Its owner.", "owner", beside_keys=True),
        SampleTerm("electric_vehicle_id", "The `uuid` of the vehicle.", "smart_vehicle", beside_keys=True),
        SampleTerm("from", "The first day; found if it is left out."),
        SampleTerm("to", "The last day; found if it is left out."),
    ),
    sample_is="A vehicle of Podero's, and days on which it has completed sessions.",
    sample_at=_sample_at,
    magic={
        "org_id": "00000000-0000-4000-8000-0000000000a0",
        "user_id": "00000000-0000-4000-8000-0000000000b0",
        "away_vehicle": "00000000-0000-4000-8000-0000000000c1",
        "plugged_in_vehicle": "00000000-0000-4000-8000-0000000000c2",
        "unplugged_vehicle": "00000000-0000-4000-8000-0000000000c3",
    },
    stored_forms=_stored_forms,
    town_documents=town_documents,
)
