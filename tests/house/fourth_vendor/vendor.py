"""The descriptor of a vendor that exists in tests only: one key, one list, and a channel of its own."""

from typing import TYPE_CHECKING, Any, Final

from app.domain.channels import Channel
from app.scenario.terms import KeyTerm, PopulationTerm, SampleTerm
from app.wall_clock import random_token
from app.worlds.vendor import Mount, Vendor

if TYPE_CHECKING:
    from app.domain.sessions.lifecycle import SessionBoundaries

NAME: Final = "example"


def _application(context: Any) -> Any:  # noqa: ANN401 - the type of a mount's function
    from tests.house.fourth_vendor.application import application  # noqa: PLC0415 - a descriptor imports no framework

    return application(context)


def _issue(_world: str) -> str:
    return f"example_{random_token(20)}"


def _session_id(session: "SessionBoundaries") -> str | None:
    return session.uuid if session.channel.name == NAME else None


VENDOR: Final = Vendor(
    name=NAME,
    title="Example",
    mounts=(Mount("/example/v1", NAME, _application),),
    channel=Channel(NAME, shows="uuid", buyer="driver", payers=("driver", "payment_method")),
    session_id=_session_id,
    population=(PopulationTerm("example_sessions", "sessions", "Sessions that are tried a day.", default=0),),
    keys=(KeyTerm(NAME, "example", "The example's key.", ("api_key",), _issue, label="key"),),
    sample=(SampleTerm("location", "A station's id.", "station"),),
    sample_is="A station.",
)
