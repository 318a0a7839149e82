"""Cariqa's API as an application: its resources and its answers to errors."""

from fastapi import FastAPI

from ...web.app_context import AppContext
from ...web.application import allow_any_origin, modules_in, new_application, routers_in
from . import resources
from .errors import install_errors
from .inventory import INVENTORY


def application(context: AppContext) -> FastAPI:
    """The application to be mounted at `/api/v1`.

    A resource's module has a `router`, and may have `REFUSALS`, a table of the refusals of its own operations.
    """
    app = new_application(context, *routers_in(resources), inventory=INVENTORY)
    allow_any_origin(app)
    install_errors(app, [each.REFUSALS for each in modules_in(resources) if hasattr(each, "REFUSALS")])
    return app
