"""Charge's API as an application: its resources and its answers to errors."""

from fastapi import FastAPI

from ...web.app_context import AppContext
from ...web.application import allow_any_origin, modules_in, new_application, routers_in
from . import resources
from .errors import install_errors
from .expand import Expander
from .inventory import INVENTORY


def application(context: AppContext) -> FastAPI:
    """The application to be mounted at `/v1`.

    A resource's module has a `router`. It may have an `EXPANDABLE`, if its objects are retrieved by their ids, and
    `REFUSALS`, a table of the refusals of its own operations.
    """
    modules = modules_in(resources)
    app = new_application(context, *routers_in(resources), inventory=INVENTORY)
    app.state.expander = Expander(each.EXPANDABLE for each in modules if hasattr(each, "EXPANDABLE"))
    app.state.running_keys = set()
    allow_any_origin(app)
    install_errors(app, [each.REFUSALS for each in modules if hasattr(each, "REFUSALS")])
    return app
