"""Charge's descriptor."""

from typing import TYPE_CHECKING, Final

from ...worlds.vendor import Mount, Vendor

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from ...web.app_context import AppContext

NAME: Final = "charge"
KEY: Final = "charge"
"""The kind of credential that opens a world to Charge's API."""


def _application(context: "AppContext") -> "ASGIApp":
    from .application import application  # noqa: PLC0415 - commands read descriptors without a web framework

    return application(context)


MOUNTS: Final = (Mount("/v1", NAME, _application),)

VENDOR: Final = Vendor(name=NAME, title="Charge", mounts=MOUNTS)
