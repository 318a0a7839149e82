"""Podero's API and its token endpoint as applications, each with its resources and its answers to errors."""

from fastapi import FastAPI

from ...web.app_context import AppContext
from ...web.application import allow_any_origin, modules_in, new_application, routers_in
from . import resources
from .errors import install_errors
from .inventory import INVENTORY
from .resources import tokens
from .token_errors import install_token_errors


def application(context: AppContext) -> FastAPI:
    """The application to be mounted at `/api/partners/v2.0`.

    A resource's module has a `router`. It may have `REFUSALS`, a table of the refusals of its own operations.
    """
    routers = (router for router in routers_in(resources) if router is not tokens.router)
    app = new_application(context, *routers, inventory=INVENTORY)
    allow_any_origin(app)
    install_errors(app, [each.REFUSALS for each in modules_in(resources) if hasattr(each, "REFUSALS")])
    return app


def token_application(context: AppContext) -> FastAPI:
    """The application to be mounted at `/oauth2`."""
    app = new_application(context, tokens.router)
    allow_any_origin(app)
    install_token_errors(app)
    return app
