"""An API with the paths of Charge, which `bench/operations.py` serves in a process of its own and measures."""

from types import SimpleNamespace
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from app.web import openapi
from app.web.application import new_application
from app.web.responses import json_answer
from app.web.routing import OperationRoute

from .operations import FIRST, LAST

_METHODS: Final = frozenset({"get", "post", "delete"})


async def _answer(request: Request) -> Response:
    return json_answer(request, request.path_params)


def application() -> FastAPI:
    """The application, made as a vendor's is; its operations open no world, so the context stays empty."""
    router = APIRouter(route_class=OperationRoute)
    paths = openapi.contract("charge")["paths"]
    for path in (FIRST, *(path for path in paths if path not in {FIRST, LAST}), LAST):
        methods = [method.upper() for method in paths[path] if method in _METHODS]
        router.add_api_route(path, _answer, methods=methods)
    context: Any = SimpleNamespace()
    return new_application(context, router)
