"""Cariqa's descriptor."""

from typing import TYPE_CHECKING, Final

from ...worlds.vendor import Mount, Vendor

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from ...web.app_context import AppContext

NAME: Final = "cariqa"
KEY: Final = "cariqa"
"""The kind of credential that opens a world to Cariqa's API."""


def _application(context: "AppContext") -> "ASGIApp":
    from .application import application  # noqa: PLC0415 - commands read descriptors without a web framework

    return application(context)


MOUNTS: Final = (Mount("/api/v1", NAME, _application),)

VENDOR: Final = Vendor(name=NAME, title="Cariqa", mounts=MOUNTS)
