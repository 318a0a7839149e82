"""Cariqa's descriptor."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from ...domain.channels import Channel
from ...scenario.terms import KeyTerm, PopulationTerm, SampleTerm
from ...wall_clock import random_token
from ...worlds.vendor import Mount, Sample, Vendor
from .inventory import INVENTORY
from .virtual_points import virtual_points

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel
    from starlette.types import ASGIApp

    from ...domain.sessions.lifecycle import SessionBoundaries
    from ...store.world_transaction import WorldTransaction
    from ...web.app_context import AppContext

NAME: Final = "cariqa"
KEY: Final = "cariqa"
"""The kind of credential that opens a world to Cariqa's API."""
CHANNEL: Final = Channel(NAME, shows="uuid", buyer="user", payers=("user", "payment_method"), has_charge_record=True)
"""The rules of the sessions that Cariqa sells."""


def _session_id(session: "SessionBoundaries") -> str | None:
    return session.uuid if session.channel.name == NAME else None


def _issue(world: str) -> str:
    """A JSON Web Token without an expiry, as Cariqa issues them. Its signing key is not kept."""
    import jwt  # noqa: PLC0415 - 30 ms that only the making of a world needs

    return jwt.encode({"iss": "wattif", "sub": world, "jti": random_token(22)}, random_token(43), algorithm="HS256")


def _sample_at(tx: "WorldTransaction", sample: Sample) -> Sample:
    """Adds a user who is charging at that instant, if there is one."""
    from ...store import sessions  # noqa: PLC0415 - commands read descriptors without a database

    charging = sessions.active_user(tx, NAME)
    return sample if charging is None else {**sample, "active_user_id": sample.get("active_user_id", charging)}


def _application(context: "AppContext") -> "ASGIApp":
    from .application import application  # noqa: PLC0415 - commands read descriptors without a web framework

    return application(context)


def _stored_forms() -> "Mapping[str, type[BaseModel]]":
    from .stored_members import FORMS  # noqa: PLC0415 - not every start reads a scenario or an export

    return FORMS


VENDOR: Final = Vendor(
    name=NAME,
    quirks=Path(__file__).with_name("quirks.md"),
    title="Cariqa",
    inventory=INVENTORY,
    mounts=(Mount("/api/v1", NAME, _application),),
    channel=CHANNEL,
    session_id=_session_id,
    population=(
        PopulationTerm("cariqa_users", "users", "Cariqa's users; each has a vehicle and a card."),
        PopulationTerm("cariqa_sessions", "sessions", "Sessions that are wished for at Cariqa a day."),
    ),
    keys=(
        KeyTerm(
            KEY,
            "cariqa",
            "Cariqa's token.",
            ("token",),
            _issue,
            label="token",
            settings=("cariqa_token",),
            placeholder="<token>",
        ),
    ),
    sample=(
        SampleTerm("user_id", "A user's id.", "user", beside_keys=True),
        SampleTerm("evse_id", "A connector's EVSE id.", "evse"),
        SampleTerm("payment_method_id", "A payment method's id.", "users_payment_method"),
        SampleTerm("active_user_id", "A user who is charging; found if it is left out.", "active_user"),
    ),
    sample_is="A user of Cariqa, and what a start takes.",
    sample_at=_sample_at,
    magic={
        "user_with_debt": "00000000-0000-4000-8000-0000000000d1",
        "user_without_billing_details": "00000000-0000-4000-8000-0000000000d2",
        "user_with_cards": "00000000-0000-4000-8000-0000000000d4",
        "good_card": "pm_MagicCardOfUserGood0000000000000",
        "declined_card": "pm_MagicCardOfUserDeclined000000000",
        "authentication_required_card": "pm_MagicCardOfUserAuthentication000",
        "fails_later_card": "pm_MagicCardOfUserFailsAtSettlement",
        "offline_evse_id": "DE*WTF*EOFFLINE*1",
        "faulty_evse_id": "DE*WTF*EFAULTY*1",
        "out_of_service_evse_id": "DE*WTF*EFAULTY*2",
        "silent_evse_id": "DE*WTF*ESILENT*1",
        "no_progress_evse_id": "DE*CIQ*EWBNHHLM82TLA*1",
        "progress_evse_id": "DE*PWA*EALP22541X01617*01",
    },
    stored_forms=_stored_forms,
    first_stations=virtual_points,
)
