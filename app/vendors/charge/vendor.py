"""Charge's descriptor."""

import json
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from ...domain.channels import Channel
from ...scenario.terms import KeyForm, KeyTerm, PopulationTerm, SampleTerm
from ...wall_clock import random_token
from ...worlds.vendor import Mount, Sample, Vendor
from .first_account import ACCOUNT, first_documents
from .inventory import INVENTORY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel
    from starlette.types import ASGIApp

    from ...domain.sessions.lifecycle import SessionBoundaries
    from ...web.app_context import AppContext

NAME: Final = "charge"
KEY: Final = "charge"
"""The kind of credential that opens a world to Charge's API."""
CHANNEL: Final = Channel(
    NAME,
    shows="id",
    buyer="driver",
    payers=("driver", "payment_method"),
    ends_with_power=True,
    takes_limits=True,
    shows_failed_starts=True,
    has_transactions=True,
)
"""The rules of the sessions that Charge sells."""
_LIVE: Final = "this is a live mode key; a sandbox takes test mode keys only, which begin with ch_sk_test_"
_FORM: Final = KeyForm("ch_sk_test_", refused=(("ch_sk_live_", _LIVE),))
_ORDER: Final = ("charging_station", "connector", "driver", "vehicle", "payment_method")
"""The sample ids that a start takes."""


def _session_id(session: "SessionBoundaries") -> str | None:
    return session.id if session.channel.name == NAME else None


def _issue(_world: str) -> str:
    return f"ch_sk_test_{random_token(24)}"


def _example_calls(origin: str, key: str, sample: Sample) -> list[str]:
    """Calls that start a session and list it, or that list sessions where a world has no driver."""
    header, sessions = quote(f"Authorization: Bearer {key}"), f"{origin}/v1/charging_sessions"
    if not all(sample.get(name) for name in _ORDER):
        return ["Look at its sessions:", f"  curl {quote(f'{sessions}?limit=1')} -H {header}"]
    order = json.dumps({name: sample[name] for name in _ORDER}, separators=(",", ":"))
    query = urlencode({"driver": sample["driver"], "limit": 1})
    return [
        "Start a charging session, and look at it as often as you like:",
        f"  curl -X POST {quote(sessions)} -H {header} -H 'Content-Type: application/json' -d {quote(order)}",
        f"  curl {quote(f'{sessions}?{query}')} -H {header}",
    ]


def _application(context: "AppContext") -> "ASGIApp":
    from .application import application  # noqa: PLC0415 - commands read descriptors without a web framework

    return application(context)


def _stored_forms() -> "Mapping[str, type[BaseModel]]":
    from .stored_members import FORMS  # noqa: PLC0415 - not every start reads a scenario or an export

    return FORMS


VENDOR: Final = Vendor(
    name=NAME,
    quirks=Path(__file__).with_name("quirks.md"),
    title="Charge",
    inventory=INVENTORY,
    mounts=(Mount("/v1", NAME, _application),),
    channel=CHANNEL,
    session_id=_session_id,
    shows_reservations=True,
    population=(PopulationTerm("charge_sessions", "sessions", "Sessions that are wished for at Charge a day."),),
    keys=(
        KeyTerm(
            KEY,
            "charge",
            "Charge's secret key.",
            ("secret_key",),
            _issue,
            label="key",
            form=_FORM,
            settings=("charge_key",),
            placeholder="ch_sk_test_...",
        ),
    ),
    sample=(
        SampleTerm("charging_station", "A station's id.", "station"),
        SampleTerm("connector", "One of its connectors.", "connector"),
        SampleTerm("driver", "A driver's id.", "driver"),
        SampleTerm("vehicle", "A vehicle's id.", "vehicle"),
        SampleTerm("payment_method", "A payment method's id.", "payment_method"),
        SampleTerm("fleet", "A fleet's id.", "fleet"),
        SampleTerm("account", "The account's id.", document=ACCOUNT),
    ),
    sample_is="What a start at Charge takes, the fleet it is for, and the account.",
    magic={
        "declined_card": "pm_MagicCardDeclined000000000000000",
        "authentication_required_card": "pm_MagicCardNeedsAuthentication0000",
        "fails_later_card": "pm_MagicCardFailsAtSettlement000000",
        "offline_station": "chst_MagicStationOffline0000000000000",
        "faulty_station": "chst_MagicStationFaulty00000000000000",
        "silent_station": "chst_MagicStationSilent00000000000000",
        "connector": "connector_a1",
        "out_of_service_connector": "connector_a2",
        "nearly_full_vehicle": "veh_MagicCarNearlyFull00000000000000",
    },
    stored_forms=_stored_forms,
    first_documents=first_documents,
    example_calls=_example_calls,
)
