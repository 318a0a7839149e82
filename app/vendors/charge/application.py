"""Charge's API as an application: its resources and its answers to errors."""

from fastapi import FastAPI

from ...web.app_context import AppContext
from ...web.application import allow_any_origin, new_application, routers_in
from . import resources
from .errors import install_errors
from .inventory import INVENTORY


def application(context: AppContext) -> FastAPI:
    """The application to be mounted at `/v1`."""
    app = new_application(context, *routers_in(resources), inventory=INVENTORY)
    allow_any_origin(app)
    install_errors(app)
    return app
