"""Podero's descriptor."""

from typing import TYPE_CHECKING, Final

from ...worlds.vendor import Mount, Vendor

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from ...web.app_context import AppContext

NAME: Final = "podero"
KEY: Final = "podero"
"""The kind of credential that opens a world to Podero's API."""
CLIENT_KEY: Final = "podero-client"
"""The kind of credential that buys tokens."""


def _application(context: "AppContext") -> "ASGIApp":
    from .application import application  # noqa: PLC0415 - commands read descriptors without a web framework

    return application(context)


def _token_application(context: "AppContext") -> "ASGIApp":
    from .application import token_application  # noqa: PLC0415 - commands read descriptors without a web framework

    return token_application(context)


MOUNTS: Final = (
    Mount("/api/partners/v2.0", NAME, _application),
    Mount("/oauth2", "podero_token", _token_application),
)

VENDOR: Final = Vendor(name=NAME, title="Podero", mounts=MOUNTS)
