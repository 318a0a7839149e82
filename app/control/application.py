"""The control API as an application of its own."""

from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

from ..web.app_context import AppContext
from ..web.application import new_application
from ..web.cors import AdmittedOrigin
from ..web.local_access import AdminOnly, LocalOnly
from . import clock, exports, health, intents, metrics, simulate, worlds
from .errors import install_errors

_RESOURCES: Final = (health, metrics, worlds, exports, clock, simulate, intents)

OPERATIONS: Final = [
    (method, route.path)
    for resource in _RESOURCES
    for route in resource.router.routes
    if isinstance(route, APIRoute)
    for method in route.methods or ()
]
"""The method and the path of each operation, below the mount."""


def application(context: AppContext) -> FastAPI:
    """The application to be mounted at `/_sandbox/v1`."""
    app = new_application(context, *(resource.router for resource in _RESOURCES), any_slash=True)
    # The middleware that is added last is called first.
    app.add_middleware(AdminOnly, token=context.admin_token)
    app.add_middleware(AdmittedOrigin)
    app.add_middleware(LocalOnly, context=context)
    install_errors(app)
    return app
